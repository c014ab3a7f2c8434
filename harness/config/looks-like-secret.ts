/** A connection written out: anything before a host with a password in it, or a `password=` of a libpq string. */
export function looksLikeSecret(text: string): boolean {
  return (
    /[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i.test(text) ||
    /(?:^|\s)password\s*=\s*\S/i.test(text) ||
    /^postgres(?:ql)?:\/\/\S*[?&]password=/i.test(text)
  )
}

/** A connection URL, with or without a password. */
export function looksLikeConnection(text: string): boolean {
  return /^\s*postgres(?:ql)?:\/\//i.test(text) || /(?:^|\s)(?:host|dbname|user)\s*=/i.test(text)
}

/** A key of Supabase: secret or access token, or one of the older kind, which is a JWT. */
export function looksLikeKey(text: string): boolean {
  return /^\s*(?:sb_secret_|sbp_|eyJ[\w-]{8,}\.[\w-]{8,}\.)/.test(text)
}
