/**
 * What a new database is made with unless the dump says otherwise, the same in each engine. Sorted by bytes, but with
 * the letters of all scripts: `lower('É')` in a check constraint must work as at home.
 */
export function initdbLocale(major: number): readonly string[] {
  return major >= 17
    ? ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    : ['--encoding=UTF8', '--locale=C', '--lc-ctype=C.UTF-8']
}
