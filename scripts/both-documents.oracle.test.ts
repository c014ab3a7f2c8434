import { truncate } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findOracle, toolsOf } from '../harness/restore/testing/oracle-test.ts'
import { documents, playUntil, User, type PlayedDocument, type Step } from './testing/both-documents/index.ts'

const oracle = await findOracle(17)
const patienceMs = 300_000

describe.skipIf(oracle.isSkipped)(`the documents, played: ${oracle.title}`, { timeout: patienceMs }, () => {
  // The two beside each other, each with a production of its own; a document's sections one after another.
  describe.concurrent.each(documents)('$title', (document) => {
    describe('from its first line to its last', { concurrent: false }, () => {
      playEachSection(document)
    })
  })

  test('a dump that is cut short after the backup stops the strategy at its verification', async () => {
    const [strategy] = documents
    if (strategy === undefined) throw new TypeError('there is no document')
    await using user = await User.arrive(strategy.sample, toolsOf(oracle))
    const verification = 'Pre-Migration Backup Checklist, 3. Backup Verification, and the test restore'
    const needed = ['Overview', 'Pre-Migration Backup Checklist, 2. Execute Complete Backup', verification]
    const steps = strategy.steps.filter(({ section }) => needed.includes(section))
    await playUntil(steps, verification, user)
    await truncate(`${user.set}/full_database_backup.dump`, 50_000)
    const last = steps.at(-1)
    if (last === undefined || !('play' in last)) throw new TypeError('the verification is not played')
    await expect(last.play(user)).rejects.toThrow(/verify/)
    expect(await user.gets(1, 'verify')).toContain('full_database_backup.dump')
    expect(await user.gets(1, 'run')).toContain('NO-GO')
  })
})

/** Each on what the one before has left: after one that failed, the others can say nothing. */
function playEachSection({ sample, steps }: PlayedDocument): void {
  let user: User | null = null
  let failed: string | null = null
  beforeAll(async () => {
    user = await User.arrive(sample, toolsOf(oracle))
  }, patienceMs)
  afterAll(async () => user?.[Symbol.asyncDispose](), patienceMs)
  for (const step of steps) if ('play' in step) test(step.section, async () => playOne(step))

  async function playOne(step: Extract<Step, { play: unknown }>): Promise<void> {
    expect(failed, 'an earlier section failed').toBeNull()
    if (user === null) throw new TypeError('nobody is there to play it')
    failed = step.section
    await step.play(user)
    failed = null
  }
}
