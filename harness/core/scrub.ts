/* Order matters: the widest pattern first. Each pattern is linear: no nested quantifiers over untrusted text. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  // To the last @ of the word: a password may hold one.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*):[^\s'"]+@/gi, '$1:***@'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[jwt]'],
  [/\b(?:sbp|sb_secret|sb_publishable)_[\w-]{8,}/g, '[supabase key]'],
  [/\bAKIA[0-9A-Z]{16}\b/g, '[aws key]'],
  [
    /\b(password|passwd|pwd|secret|token|apikey|api_key)(\s*[=:]\s*|\s+(?='))('[^']*'|"[^"]*"|[^\s,;)'"]+)/gi,
    '$1$2***',
  ],
  [/^(\s*(?:DETAIL|CONTEXT|STATEMENT|Failing row)\s*:).*$/gim, '$1 [left out: may hold row values]'],
  [/\bKey \([^)]*\)=\([^\n]*\)/g, 'Key [left out]'],
  [/\bCOPY ([^,\n]+), line (\d+)(?:, column ([^:\n]+))?: "[^\n]*"/g, 'COPY $1, line $2'],
  [/(invalid input (?:syntax|value) for [^:\n]+): "[^\n]*"/g, '$1: [value left out]'],
]

/**
 * Makes text that came from a dump or a server fit for a person's eyes: no credentials, no row values, no control
 * characters (a name may hold terminal escapes). Every renderer and log line goes through here.
 */
export function scrub(text: string): string {
  let clean = text
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement)
  // C0 but for tab and newline, DEL, C1, and the bidirectional overrides that make a name read backwards.
  return clean.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

/** {@link scrub}, on one line and of bounded length, for table cells and reasons. */
export function scrubLine(text: string, maxLength = 400): string {
  const line = scrub(text).replace(/\s+/g, ' ').trim()
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line
}
