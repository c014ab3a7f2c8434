/** Properties that no mutant can change, and why: `kind: property`. */
export const unmutated: Readonly<Record<string, string>> = {
  'role: bootstrap': 'tells the superuser that initdb made, whose attributes are nobody’s backup',
}
