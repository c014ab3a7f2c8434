/** Nodes of an expression that looks at nothing but the row; up to 15 spelled otherwise than since. */
const plainNodes = [
  'VAR|CONST|OPEXPR|DISTINCTEXPR|NULLIFEXPR|SCALARARRAYOPEXPR|FUNCEXPR|BOOLEXPR|NULLTEST|BOOLEANTEST|RELABELTYPE',
  'COALESCE|COALESCEEXPR|ARRAY|ARRAYEXPR|CASE|CASEEXPR|WHEN|CASEWHEN|CASETESTEXPR',
].join('|')

/**
 * Whether the result of a stored expression may depend on more than the row: its tree holds another node (a query, who
 * the user is), or calls what is not both the server's own and immutable. `tree` is SQL of a `pg_node_tree`. 13 to 18.
 */
export function looksBeyondRow(tree: string): string {
  return `(${tree} IS NOT NULL AND (
    ${tree}::text ~ '\\{(?!(?:${plainNodes})\\M)'
    OR EXISTS (SELECT FROM pg_catalog.regexp_matches(${tree}::text, 'funcid (\\d+)', 'g') AS m (found)
      LEFT JOIN pg_catalog.pg_proc AS f ON f.oid = m.found[1]::pg_catalog.oid
      WHERE f.oid IS NULL OR f.oid >= 16384 OR f.provolatile <> 'i')))`
}
