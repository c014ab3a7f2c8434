import { glob, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { beforeAll, describe, expect, it } from 'vitest'
import { Workshop } from '../fixtures/failures/workshop.ts'
import { isRequired } from '../harness/core/testing/is-required.ts'
import { clientFolders } from '../harness/restore/testing/client-tools.ts'
import { loadFailures, readClasses, readLimits } from './scoreboard/catalogue.ts'
import { documentsOf, keyOf, readRecord } from './scoreboard/record.ts'
import { playAll, type Played } from './scoreboard/play-all.ts'

const failures = await loadFailures()
const faces = failures.flatMap(({ id, faces }) => faces.map((face) => ({ id, ...face })))

describe('the board', () => {
  it('has a mutant, or a reason why there is none, for every class', async () => {
    const classes = (await readClasses()).map(({ id }) => id)
    const limits = await readLimits()
    const played = new Set(failures.map(({ id }) => id))
    expect(classes.filter((id) => !id.startsWith('I'))).toHaveLength(100)
    expect(new Set(classes).size).toBe(classes.length)
    expect(classes.filter((id) => !played.has(id) && !limits.has(id))).toEqual([])
    expect([...played, ...limits.keys()].filter((id) => !classes.includes(id))).toEqual([])
  })

  it('has at least 160 mutants, each with a name of its own in its class', () => {
    expect(faces.length).toBeGreaterThanOrEqual(160)
    expect(new Set(faces.map(({ id, name }) => `${id} ${name}`)).size).toBe(faces.length)
  })

  it('asks of each for an object, or for words: a NO-GO alone catches nothing', () => {
    const vague = faces.filter(
      ({ expected }) => 'check' in expected && expected.object === null && expected.says === undefined,
    )
    expect(vague.map(({ id, name }) => `${id} ${name}`)).toEqual([])
  })

  it('breaks something in each: no mutant is its own twin', () => {
    expect(faces.filter(({ good, bad }) => good === bad).map(({ id, name }) => `${id} ${name}`)).toEqual([])
  })

  it('takes no words that any report would say', () => {
    const everyday = [
      '',
      'GO',
      'NO-GO',
      'UNDECIDED',
      'rehearse',
      'public',
      'restore',
      'backup',
      'not checked',
      'differs',
    ]
    const patterns = faces.flatMap(({ id, name, expected }) =>
      'says' in expected && expected.says ? [{ face: `${id} ${name}`, says: expected.says }] : [],
    )
    expect(patterns.length).toBeGreaterThan(50)
    const wide = patterns.filter(({ says }) => everyday.some((word) => says.test(word)))
    expect(wide.map(({ face }) => face)).toEqual([])
    expect(patterns.filter(({ says }) => says.source.length < 3 || says.global).map(({ face }) => face)).toEqual([])
  })

  it('leaves no class to UNDECIDED alone, but where it can not be known', () => {
    const open = failures.filter(({ faces }) => faces.every(({ expected }) => expected.answer === 'UNDECIDED'))
    expect(open.map(({ id }) => id)).toEqual(['D15', 'G7', 'H8'])
    const some = failures.filter(({ faces }) => faces.some(({ expected }) => expected.answer === 'UNDECIDED'))
    const mayBe = ['B22', 'D12', 'D14', 'D15', 'G4', 'G7', 'G9', 'G10', 'H5', 'H6', 'H8', 'H9']
    expect(some.map(({ id }) => id)).toEqual(mayBe)
  })

  it('is what was recorded, and README and docs say what was', async () => {
    const record = await readRecord()
    const keyed = faces.map(({ id, name, expected }) => ({ key: keyOf({ id, face: name }), answer: expected.answer }))
    const asked = new Map(keyed.map(({ key, answer }) => [key, answer]))
    const softened = (record?.rows ?? []).filter((row) => asked.get(keyOf(row)) !== row.expected.answer)
    expect(softened.map(keyOf)).toEqual([])
    const documents = await documentsOf(
      record,
      keyed.map(({ key }) => key),
    )
    expect(documents.map(({ name }) => name)).toEqual(['README.md', 'docs/scoreboard.md'])
    for (const { text, wanted } of documents) expect(text).toBe(wanted)
    expect(documents[0]?.text).toContain(`breaks backups in ${faces.length} ways`)
  })

  it('is not known to the product', async () => {
    const files = await Array.fromAsync(glob('{bin,harness,scripts/commands}/**/*.{ts,mjs}'))
    const product = files.filter((name) => !/\.test\.ts$|\/testing\//.test(name))
    const texts = await Promise.all(product.map(async (name) => [name, await readFile(name, 'utf8')] as const))
    expect(texts.length).toBeGreaterThan(500)
    const knowing = texts.filter(([, text]) => /scoreboard|fixtures\/failures|'workshop-/.test(text))
    expect(knowing.map(([name]) => name)).toEqual([])
  })

  it('calls few of them good: false alarms, and what a backup can be used with', () => {
    const good = faces.filter(({ expected }) => expected.answer === 'GO')
    expect(good.length).toBeLessThan(faces.length / 5)
  })
})

const [clients] = clientFolders()
const missing = clients === undefined ? 'REHEARSAL_CLIENTS names no folder of client tools' : null

describe.skipIf(missing !== null && !isRequired('oracles'))('a sample of the board', () => {
  let played: readonly Played[]
  beforeAll(async () => {
    const sample = failures
      .map((failure) => ({ ...failure, faces: failure.faces.filter(({ sample }) => sample) }))
      .filter(({ faces }) => faces.length > 0)
    await using workshop = await Workshop.open([clients ?? ''])
    const { signal } = new AbortController()
    played = await playAll(sample, { workshop, lanes: availableParallelism(), rivals: [], signal, onPlayed: () => {} })
  }, 300_000)

  it('is caught, every one, beside a good twin', () => {
    expect(played.length).toBeGreaterThan(10)
    expect(played.filter(({ killed }) => !killed).map(({ id, face, because }) => `${id} ${face}: ${because}`)).toEqual(
      [],
    )
  })
})
