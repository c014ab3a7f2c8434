import { statement, type DdlRenderer } from './types.ts'

const quote = '$function$'

const routine: DdlRenderer = ({ name, properties }) => {
  const type = properties.take('type')
  const head = `CREATE ${type === 'procedure' ? 'PROCEDURE' : 'FUNCTION'} ${name}(${properties.take('arguments') ?? ''})`
  const returns = properties.take('returns')
  const settings = properties.take('settings')
  const clauses = [
    ...(returns === null || type === 'procedure' ? [] : [`RETURNS ${returns}`]),
    ...properties.clause('language', 'LANGUAGE'),
    ...properties.clause('transforms', 'TRANSFORM FOR TYPE'),
    ...(type === 'window function' ? ['WINDOW'] : []),
    ...properties.clause('volatility', '').map((word) => word.trim().toUpperCase()),
    ...properties.clause('parallel', 'PARALLEL').map((clause) => clause.toUpperCase()),
    ...(properties.isTrue('leakproof') ? ['LEAKPROOF'] : []),
    ...(properties.isTrue('strict') ? ['STRICT'] : []),
    ...(properties.isTrue('security definer') ? ['SECURITY DEFINER'] : []),
    ...properties.clause('cost', 'COST'),
    ...properties.clause('rows', 'ROWS'),
    ...properties.clause('support', 'SUPPORT'),
    ...(settings === null ? [] : [`SET ${settings}`]),
  ]
  const body = properties.take('body')
  const sqlBody = properties.take('sql body')
  const library = properties.take('library')
  const text = [
    ...(library === null ? [] : [`AS '${library}', '${body ?? ''}'`]),
    ...(body === null || library !== null ? [] : [`AS ${quote}\n${body}\n${quote}`]),
    ...(sqlBody === null ? [] : [sqlBody]),
  ]
  return [`${[statement(head, clauses).slice(0, -1), ...text].join('\n')};`]
}

/** `CREATE TRIGGER x AFTER INSERT ON … EXECUTE FUNCTION f()`, a clause a line. */
const trigger: DdlRenderer = ({ relation, part, properties }) => {
  const definition = properties.take('definition') ?? ''
  const clauses = definition.replace(
    / (?=(?:BEFORE|AFTER|INSTEAD OF|FOR EACH|WHEN \(|EXECUTE (?:FUNCTION|PROCEDURE)) ?)/g,
    '\n  ',
  )
  return [`${clauses};`, ...firing(`ALTER TABLE ${relation}`, `TRIGGER ${part}`, properties.take('fires'))]
}

const rule: DdlRenderer = ({ relation, part, properties }) => [
  `${(properties.take('definition') ?? '').replace(/;\s*$/, '')};`,
  ...firing(`ALTER TABLE ${relation}`, `RULE ${part}`, properties.take('fires')),
]

const eventTrigger: DdlRenderer = ({ name, properties }) => [
  statement(`CREATE EVENT TRIGGER ${name}`, [
    ...properties.clause('event', 'ON'),
    ...properties.clause('tags', 'WHEN TAG IN').map((clause) => clause.replace(/^(WHEN TAG IN) (.*)$/s, '$1 ($2)')),
    `EXECUTE FUNCTION ${properties.take('function') ?? ''}()`,
  ]),
  ...firing(`ALTER EVENT TRIGGER ${name}`, '', properties.take('fires')),
]

/** Enabled is what a trigger is unless it is said. */
function firing(alter: string, what: string, fires: string | null): string[] {
  if (fires === null || /^(?:origin|enabled)/.test(fires)) return []
  return [`${[alter, fires.toUpperCase(), what].filter(Boolean).join(' ')};`]
}

export const routines = {
  function: routine,
  trigger,
  rule,
  'event trigger': eventTrigger,
} satisfies Record<string, DdlRenderer>
