import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containerEngine } from '../engine/index.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'
import { isRequired } from '../core/testing/is-required.ts'

const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
const missing = (await containerEngine().lacks(need)).find(({ fatal }) => fatal)
const { stdout: locales } = await promisify(execFile)('locale', ['-a'])
const reason = missing ? `no ${missing.what}` : /en_US\.utf8/.test(locales) ? 'this machine has en_US.utf8 too' : null
const isSkipped = reason !== null && !(isRequired('container') && missing)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auto-engine-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function rehearse(definitions: string) {
  const backup = join(folder, 'full.sql')
  await writeFile(backup, dumpWith({ definitions }))
  const { record } = await rehearseDump(backup)
  return { answer: record.verdict.answer, kind: record.engine?.kind, because: record.engine?.because }
}

describe('the engine that is taken where none is asked for', () => {
  it('is the embedded one where that can hold the dump', async () => {
    expect(await rehearse('')).toEqual({
      answer: 'GO',
      kind: 'embedded',
      because: 'embedded holds everything the dump needs',
    })
  })

  it.skipIf(isSkipped)(`is the container where that alone can${isSkipped ? ` (not run: ${reason})` : ''}`, async () => {
    const definitions = `CREATE TABLE public.sorted (a text COLLATE pg_catalog."en_US.utf8");`
    expect(await rehearse(definitions)).toEqual({
      answer: 'GO',
      kind: 'container',
      because: 'container holds everything the dump needs (embedded lacks libc locale en_US.utf8)',
    })
  })

  it('is the cheapest that leaves least unchecked where none can', async () => {
    const definitions = 'CREATE EXTENSION nowhere_to_be_had WITH SCHEMA public;'
    expect(await rehearse(definitions)).toMatchObject({
      answer: 'UNDECIDED',
      kind: 'embedded',
      because: expect.stringContaining('it lacks extension nowhere_to_be_had'),
    })
  })
})

describe.skipIf(missing !== undefined && !isRequired('container'))('an image that is named', () => {
  const onImage = async (version: string, image: string) => {
    const backup = join(folder, 'full.sql')
    await writeFile(backup, dumpWith({}).replaceAll('17.10', version))
    const { record } = await rehearseDump(backup, { engine: containerEngine({ image }) })
    const messages = record.findings.map(({ message }) => message).join('\n')
    return { answer: record.verdict.answer, version: record.engine?.version ?? null, messages }
  }

  it('may be of a higher major than the dump, and the report says so', async () => {
    expect(await onImage('15.4', 'postgres:17')).toEqual({
      answer: 'GO',
      version: expect.stringMatching(/^17\./),
      messages: expect.stringContaining('restored into PostgreSQL 17, for the image postgres:17 is of that'),
    })
  })

  it('is not used where it is of a lower one', async () => {
    const { answer, messages } = await onImage('17.4', 'postgres:15')
    expect(answer).toBe('UNDECIDED')
    expect(messages).toContain('the image postgres:15 holds PostgreSQL 15, not 17 or later')
  })
})
