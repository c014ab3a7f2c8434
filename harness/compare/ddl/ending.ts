import { quoteLiteral } from '../../core/index.ts'
import type { DdlSubject } from './types.ts'

/** What most objects end with: whose they are, who may use them, what is said about them. */
export function ending({ object, name, relation, part, properties }: DdlSubject): string[] {
  // These are lists of privileges, not objects that have some: they stand in comment lines.
  if (object.kind === 'default privileges' || object.kind === 'changed privileges') return []
  const isPart = part !== '' && relation !== ''
  const word = object.kind === 'enum' ? 'TYPE' : object.kind.toUpperCase()
  const hangsOnTable = ['COLUMN', 'CONSTRAINT', 'TRIGGER', 'RULE', 'POLICY'].includes(word)
  const signature = ['FUNCTION', 'AGGREGATE'].includes(word) ? object.identity : name
  const on = word === 'COLUMN' || !isPart || !hangsOnTable ? `${word} ${signature}` : `${word} ${part} ON ${relation}`
  const owner = properties.take('owner')
  const comment = properties.take('comment')
  return [
    ...(owner === null ? [] : [`ALTER ${on} OWNER TO ${owner};`]),
    ...grants(properties.take('privileges'), word === 'COLUMN' ? `COLUMN ${signature}` : on),
    ...(comment === null ? [] : [`COMMENT ON ${on} IS ${quoteLiteral(comment)};`]),
  ]
}

/** The server's list, a line a grantee: `app: INSERT, SELECT* (by owner)`. */
function grants(privileges: string | null, on: string): string[] {
  return (privileges ?? '')
    .split('\n')
    .filter((line) => line !== '' && line !== '(none)')
    .flatMap((line) => {
      const match = /^(.*): ([A-Z* ,]+?)(?: \(by (.*)\))?$/.exec(line)
      if (!match) return [`-- privileges: ${line}`]
      const [, grantee = '', list = '', by] = match
      const all = list.split(', ')
      const grant = (some: readonly string[], more: string): string[] => {
        const words = some.map((word) => word.replace('*', '')).join(', ')
        return some.length === 0
          ? []
          : [`GRANT ${words} ON ${on} TO ${grantee}${more}${by ? ` GRANTED BY ${by}` : ''};`]
      }
      return [
        ...grant(
          all.filter((word) => !word.endsWith('*')),
          '',
        ),
        ...grant(
          all.filter((word) => word.endsWith('*')),
          ' WITH GRANT OPTION',
        ),
      ]
    })
}
