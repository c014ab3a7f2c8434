import { z } from 'zod'
import { gravities } from '../compare/index.ts'

/* The verdict and the findings it rests on, as schemas: a part of the record's. */

export const count = z.int().nonnegative()
export const status = z.enum(['same', 'differs', 'not-checked'])
const check = z
  .union([
    z.enum([
      'artefacts',
      'completeness',
      'content kind',
      'restore',
      'engine',
      'tables',
      'row counts',
      'row content',
      'sequences',
      'schema',
      'access',
      'writes',
      'queries',
      'inoculation',
      'age',
      'size',
      'recovery time',
      'storage',
      'baseline',
    ]),
    z.templateLiteral(['spec:', z.string()]),
  ])
  .meta({ description: 'a check of the rehearsal, or `spec:<file> > <title>` for a test' })

export const finding = z
  .strictObject({
    check,
    status,
    object: z.string().nullable().meta({ description: 'what it is about; null when the check has a single object' }),
    notice: z.boolean().meta({ description: 'shown, and never changes the answer' }),
    message: z.string(),
    expected: z.string().nullable(),
    actual: z.string().nullable(),
    remedy: z.string().nullable().meta({ description: 'what to do next' }),
    attribution: z.enum(['dump', 'restore']).nullable().meta({
      description: 'for lost rows: whether the dump is short, or the restore lost them',
    }),
    gravity: z.enum(gravities).exactOptional().meta({
      description: 'how much a difference between two databases matters; absent where nothing was compared',
    }),
  })
  .meta({ id: 'finding', description: "one check's answer on one object" })

const waiver = z
  .strictObject({
    check: z.string(),
    object: z.string(),
    reason: z.string(),
    owner: z.string(),
    expires: z.string().meta({ description: 'ISO date, the last day on which it holds (UTC)' }),
  })
  .meta({ id: 'waiver', description: 'a named, dated, expiring exception' })

export const verdict = z.strictObject({
  answer: z.enum(['GO', 'NO-GO', 'UNDECIDED']),
  exitCode: z.literal([0, 1, 2]),
  reasons: z
    .array(z.strictObject({ check, object: z.string().nullable(), text: z.string(), remedy: z.string().nullable() }))
    .meta({ description: 'most telling first; for a GO, what was proven' }),
  notices: z.array(finding),
  waivers: z.array(z.strictObject({ waiver, state: z.enum(['applied', 'expired', 'matched nothing']) })),
  checks: z
    .array(z.strictObject({ check, required: z.boolean(), status, findings: count, summary: z.string() }))
    .meta({ description: 'every planned check with the worst of its findings, then those that reported unasked' }),
})
