import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import { conditionsOf, observe, type Facts } from '../../facts/index.ts'
import { copyEveryKind, loadEveryKind } from '../../facts/rich-database/load-every-kind.ts'
import { observedMajors, withServersBesideTools } from '../../facts/testing/observed-majors.ts'
import { PreparedRunner } from '../../facts/testing/prepared-runner.ts'
import type { Session } from '../../postgres/index.ts'
import { changesFound } from './changes-found.ts'
import { changesOn, isFor, mutants, needsCopy, runMutant, type Mutant } from './index.ts'

/** All mutants are run on the newest two majors, every fifth on an older one. */
const wholeSince = 17
const sampled = 5

const engine = embeddedEngine(withServersBesideTools())
for (const { major, title, isSkipped } of await observedMajors(engine)) {
  describe.skipIf(isSkipped)(`on ${title}, a comparison names exactly what was changed:`, () => {
    let server: DisposableServer
    let session: Session
    let runner: PreparedRunner
    let baseline: Facts

    beforeAll(async () => {
      server = await engine.start(
        { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
        { signal: new AbortController().signal, progress: silentProgress },
      )
      await loadEveryKind(server, 'worked')
      session = await server.connect('worked')
      runner = new PreparedRunner(session)
      baseline = await observe(runner, { source: 'dump-snapshot', fingerprint: true })
    })
    afterAll(async () => {
      await session[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    })

    /** Observed from within the transaction that makes the change, and undone. */
    async function observeInside(mutant: Mutant): Promise<Facts> {
      await session.query('BEGIN')
      try {
        await runMutant(session, mutant, 'worked')
        return await observe(runner, {
          source: 'restored',
          conditions: conditionsOf(baseline.tables),
          fingerprint: readsRows(mutant),
        })
      } finally {
        await session.query('ROLLBACK')
      }
    }

    async function observeCopy(mutant: Mutant): Promise<Facts> {
      await copyEveryKind(server, 'copied')
      {
        await using session = await server.connect('copied')
        await runMutant(session, mutant, 'copied')
      }
      try {
        await using inside = await server.connect('copied')
        return await observe(inside, { source: 'restored', fingerprint: false })
      } finally {
        await dropCopy()
      }
    }

    async function dropCopy(): Promise<void> {
      {
        await using inside = await server.connect('copied')
        await inside.query('DROP SUBSCRIPTION feed')
      }
      await using own = await server.connect('postgres')
      await own.query('DROP DATABASE copied')
    }

    it('nothing, when nothing was', async () => {
      expect(
        changesFound(
          baseline,
          await observe(runner, { source: 'restored', conditions: conditionsOf(baseline.tables), fingerprint: true }),
        ),
      ).toEqual([])
    })

    const own = mutants.filter(
      (mutant, index) => isFor(mutant, major) && (major >= wholeSince || index % sampled === 0),
    )
    it.each(own.map((mutant) => [mutant.changes.join(' and '), String(mutant.sql), mutant] as const))(
      '%s: %s',
      async (_, _sql, mutant) => {
        const mutated = await (needsCopy(mutant) ? observeCopy(mutant) : observeInside(mutant))
        const found = changesFound(baseline, mutated).filter((change) => isAsked(change, mutant))
        expect(found).toEqual(changesOn(mutant, major))
      },
    )
  })
}

/** Rows and positions are looked at where the mutant is about them: a table that is dropped takes its own along. */
function isAsked(change: string, mutant: Mutant): boolean {
  return /^[^"]*: /.test(change) || /: [^"]*$/.test(change) || mutant.changes.includes(change)
}

function readsRows({ changes }: Mutant): boolean {
  return changes.length === 0 || changes.some((change) => change.startsWith('row content '))
}
