import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { z } from 'zod'

const folder = new URL('../.github/workflows/', import.meta.url)

/** The part of GitHub's workflow syntax that our workflows use; an unknown key is most likely a slip. */
const step = z.strictObject({
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z
    .string()
    .regex(/^[\w-]+\/[\w-]+@v\d+$/)
    .optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  env: z.record(z.string(), z.string()).optional(),
})
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()) }).optional(),
    pull_request: z.null().optional(),
    schedule: z.array(z.strictObject({ cron: z.string().regex(/^\S+ \S+ \S+ \S+ \S+$/) })).optional(),
    workflow_dispatch: z.strictObject({ inputs: z.record(z.string(), z.unknown()) }).optional(),
  }),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'none'])),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }).optional(),
  jobs: z.record(
    z.string(),
    z.strictObject({ 'runs-on': z.string(), 'timeout-minutes': z.number(), steps: z.array(step).min(1) }),
  ),
})

describe('the workflows', () => {
  it.each(readdirSync(folder))('%s is well-formed, and every step does one thing', (name) => {
    const document = parseDocument(readFileSync(new URL(name, folder), 'utf8'))
    expect(document.errors).toEqual([])
    const { jobs } = workflow.parse(document.toJS())
    for (const { steps } of Object.values(jobs)) {
      for (const { uses, run } of steps) expect([uses, run].filter(Boolean)).toHaveLength(1)
    }
  })

  it('never put a secret or an input into a script as text: only through the environment', () => {
    const scripts = readdirSync(folder).flatMap((name) => {
      const { jobs } = workflow.parse(parseDocument(readFileSync(new URL(name, folder), 'utf8')).toJS())
      return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
    })
    expect(scripts.length).toBeGreaterThan(5)
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
  })
})
