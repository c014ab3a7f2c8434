/** What `REHEARSAL_REQUIRE` names must be there: its tests then fail for want of it, and are not skipped. */
export function isRequired(name: 'container' | 'oracles' | 'sandbox' | 'sshd'): boolean {
  return (process.env['REHEARSAL_REQUIRE'] ?? '').split(/[\s,]+/).includes(name)
}
