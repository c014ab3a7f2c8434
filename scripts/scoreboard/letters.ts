/** What the letters of docs/failure-classes.md stand for. */
export const letters: Readonly<Record<string, string>> = {
  A: 'The file is not a backup',
  B: 'Incomplete by an option',
  C: 'Blinded while it was taken',
  D: 'A restore that lies',
  E: 'Order, search path, dependencies',
  F: 'Identity and access',
  G: 'Engine, extension, collation, corruption',
  H: 'The way of working',
  I: 'Not documented, and bound to happen',
}
