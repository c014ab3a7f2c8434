import type { SqlRunner } from '../../core/index.ts'
import { partsOfIdentity, type ObjectFact } from '../../facts/index.ts'
import type { Break, Target } from '../types.ts'
import { objectsOf } from './relations.ts'

/** By the names of its argument types, as the facts spell them: `integer, text`. 13 to 18. */
const lookup = `
  SELECT p.oid::pg_catalog.regprocedure::text AS name, pg_catalog.pg_get_functiondef(p.oid) AS text
  FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  WHERE n.nspname::text = $1 AND p.proname::text = $2 AND p.prokind IN ('f', 'p')
    AND coalesce((SELECT pg_catalog.string_agg(pg_catalog.format_type(argument.type, NULL), ', ' ORDER BY argument.place)
      FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY AS argument (type, place)), '') = $3`

function targetOn(object: ObjectFact, change: (name: string, text: string) => string | null): Target {
  const [schema = '', name = ''] = partsOfIdentity(object.identity)
  return {
    object: object.identity,
    apply: async (sql: SqlRunner) => {
      const signature = signatureOf(object.identity)
      const [row] = await sql.query(lookup, [schema, name, signature])
      const statement = row ? change(row['name'] ?? '', row['text'] ?? '') : null
      if (statement === null) return false
      await sql.query(statement)
      return true
    },
    look: { by: 'facts', parts: { kinds: ['function'] } },
  }
}

/** What follows the name, which may hold brackets only within quotes. */
function signatureOf(identity: string): string {
  const [, signature = ''] = /^(?:(?:"(?:[^"]|"")*"|[^".(]+)\.?)+\((.*)\)$/s.exec(identity) ?? []
  return signature
}

const bodyChanged: Break = {
  name: 'function with another body',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'function')
      .filter(
        ({ object: { properties } }) => properties['body'] && /^(?:sql|plpgsql)$/.test(properties['language'] ?? ''),
      )
      .map(({ object }) =>
        targetOn(object, (_, text) => {
          const [tag] = /\$(?:function|procedure)\w*\$\s*$/.exec(text) ?? []
          return tag === undefined ? null : `${text.slice(0, text.length - tag.length)}\n-- not what it was\n${tag}`
        }),
      ),
}

const madeDefiner: Break = {
  name: 'function with the rights of its owner',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'function')
      .filter(({ object: { properties } }) => properties['security definer'] === 'false')
      .map(({ object }) => targetOn(object, (name) => `ALTER ROUTINE ${name} SECURITY DEFINER`)),
}

export const breaksOfFunctions: readonly Break[] = [bodyChanged, madeDefiner]
