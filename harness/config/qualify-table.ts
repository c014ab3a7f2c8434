/** `users` → `public.users`; a name with a schema as it is. */
export function qualifyTable(name: string): string {
  return name.includes('.') ? name : `public.${name}`
}
