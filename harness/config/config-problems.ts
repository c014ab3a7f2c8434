import { inspect } from 'node:util'
import type { z } from 'zod'
import { Fault, scrubLine } from '../core/index.ts'
import { valueAt } from './merge-layers.ts'
import type { ConfigOrigin } from './config-values.ts'

type Issue = z.core.$ZodIssue

/** One line a problem: path, what is there and where it came from, what is allowed. */
export function configInvalid(
  issues: readonly Issue[],
  input: unknown,
  originOf: (path: string) => ConfigOrigin,
  file: string | null,
): Fault {
  const flat = issues.flatMap(flatten)
  const lines = flat.map((issue) => lineOf(issue, input, originOf))
  const unique = [...new Set(lines)]
  // A slip in a flag or a variable is none of the file's.
  const isOfFile = flat.some(({ path }) => ['file', 'default'].includes(originOf(path.map(String).join('.'))))
  const subject = isOfFile && file !== null ? file : 'the configuration'
  return new Fault(
    'E_CONFIG_INVALID',
    `${subject} has ${unique.length === 1 ? 'a problem' : `${unique.length} problems`}:\n${unique.map((line) => `  ${line}`).join('\n')}`,
    {
      hint: 'correct the lines above; `rehearse init` writes a config in which every option is explained',
      facts: { problems: unique.length },
    },
  )
}

/** A union's issue is of use only where it looked like one of its objects: then that object's issues are. */
function flatten(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const deeper = issue.errors
    .filter(
      (errors) => errors.length > 0 && errors.every((error) => error.code !== 'invalid_type' || error.path.length > 0),
    )
    .map((errors) => errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] })))
  const fitting = deeper.find((errors) =>
    errors.some((error) => error.path.length > issue.path.length || error.code === 'unrecognized_keys'),
  )
  return fitting ? fitting.flatMap(flatten) : [issue]
}

function lineOf(issue: Issue, input: unknown, originOf: (path: string) => ConfigOrigin): string {
  const path = issue.path.map(String)
  const dotted = path.length === 0 ? 'config' : path.reduce((text, part) => text + partText(part, text), '')
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${scrubLine(key, 60)}"`).join(', ')
    return `${dotted}: there is no option ${keys}; ${issue.message}`
  }
  const value = valueAt(input, path)
  const origin = originOf(path.join('.'))
  const from = origin === 'file' || origin === 'default' ? '' : ` (from ${origin})`
  return `${dotted}: ${value === undefined ? 'is missing' : `${show(value)}${from} is not possible`}; ${issue.message}`
}

function partText(part: string, before: string): string {
  if (/^\d+$/.test(part)) return `[${part}]`
  return /^[A-Za-z_]\w*$/.test(part) ? `${before === '' ? '' : '.'}${part}` : `["${scrubLine(part, 60)}"]`
}

function show(value: unknown): string {
  return scrubLine(inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY }), 60)
}
