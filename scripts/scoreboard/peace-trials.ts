import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { cliSet } from '../../fixtures/failures/cli-set.ts'
import { forkOf, type Fork } from '../../fixtures/failures/fork.ts'
import * as good from '../../fixtures/failures/good.ts'
import type { Make } from '../../fixtures/failures/types.ts'
import type { Workshop } from '../../fixtures/failures/workshop.ts'
import { defaultCacheFolder, Fault } from '../../harness/core/index.ts'
import { connect, type Session } from '../../harness/postgres/index.ts'
import { rehearse } from '../testing/command.ts'
import { loadedSchema, WriteLoad } from '../testing/write-load.ts'
import { settingSql, type Conditions } from './peace-conditions.ts'

const run = promisify(execFile)
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))

/** Something good, and what is done with it under some conditions. */
export interface Trial {
  readonly what: string
  /** The code that the last command ended with, and what it printed. */
  readonly play: (workshop: Workshop, conditions: Conditions) => Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly text: string
}

const twins: Readonly<Record<string, Make>> = { ...good, 'cli set': cliSet() }

/** The sets that mutants are held against. */
export const twinTrials: readonly Trial[] = Object.entries(twins).map(([name, make]) => ({
  what: `twin ${name}`,
  play: async (workshop, conditions) => {
    const subject = await workshop.once(make)
    if (subject.kind !== 'set') throw new Fault('E_DEFECT', `${name} is no set`)
    const { config } = subject
    const file = typeof config === 'string' ? join(fixtures, config, 'rehearsal.config.ts') : config.file
    const folder = await workshop.folder()
    const place = ['--out', join(folder, 'out'), '--history', join(folder, 'history.jsonl')]
    return type(folder, conditions, {}, [
      'run',
      '--backup',
      subject.backup,
      ...(config === 'none' ? [] : ['--config', file]),
      ...place,
    ])
  },
}))

/** The sample, its server set otherwise: backed up, and rehearsed. */
export const settingsTrial: Trial = {
  what: 'sample, set otherwise',
  play: (workshop, conditions) => backedUp(workshop, conditions, async () => {}),
}

/** The same while others write, truncate, and change tables. */
export const loadTrial: Trial = {
  what: 'sample under writing load',
  play: (workshop, conditions) => backedUp(workshop, conditions, (fork) => fork.run(loadedSchema), { writers: 4 }),
}

/** A database that nobody here designed, from a dump of it in custom format. */
export function corpusTrial(path: string): Trial {
  return {
    what: `corpus ${path.split('/').at(-1) ?? path}`,
    play: (workshop, conditions) =>
      backedUp(
        workshop,
        conditions,
        async ({ tools, address, database }) => {
          const flags = ['--no-owner', '--no-privileges', '-h', address.host, '-U', address.user, '-d', database, path]
          // It may lack an extension or a role: what is there afterwards is a database like any other.
          await run(join(tools.folder, 'pg_restore'), flags, { env: {} }).catch(() => undefined)
        },
        { template: 'template0' },
      ),
  }
}

let forks = 0
/** One after the other: a database that is being copied takes no sessions. */
let forking: Promise<unknown> = Promise.resolve()

async function backedUp(
  workshop: Workshop,
  conditions: Conditions,
  prepare: (fork: Fork) => Promise<void>,
  { writers = 0, template }: { readonly writers?: number; readonly template?: 'template0' } = {},
): Promise<Ended> {
  const production = await workshop.production(conditions.major)
  const name = `peace_${(forks += 1)}`
  const forked = forking.then(() => forkOf(production, name, template))
  forking = forked.catch(() => undefined)
  await using fork = await forked
  await prepare(fork)
  await fork.run(settingSql(name, fork.address.user, conditions))
  const folder = await workshop.folder()
  const env = { SHOP: `postgresql://${fork.address.user}@localhost/${name}?host=${fork.address.host}` }
  const backup = ['backup', '--from', 'env:SHOP', '--out', 'sets', '--format', conditions.format]
  const taken = await underLoad(fork, writers, () => type(folder, conditions, env, backup))
  return taken.code === 0 ? type(folder, conditions, env, ['run', '--backup', 'sets']) : taken
}

async function underLoad<Result>(fork: Fork, count: number, work: () => Promise<Result>): Promise<Result> {
  await using sessions = new AsyncDisposableStack()
  const writers: Session[] = []
  while (writers.length < count) writers.push(sessions.use(await connect(fork.address, fork.database)))
  // As our own tools do: what a role has set for itself is not to keep a writer from finding its tables.
  for (const writer of writers)
    await writer.query("SET search_path = ''; SET default_transaction_isolation = 'read committed'")
  await using load = new WriteLoad(writers, '200ms')
  void load
  return work()
}

async function type(
  cwd: string,
  { locale, zone }: Conditions,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Ended> {
  const around = {
    LC_ALL: locale,
    LANG: locale,
    TZ: zone,
    REHEARSAL_CACHE: defaultCacheFolder(),
    REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '',
  }
  const { code, stdout, stderr } = await rehearse(args, { cwd, env: { ...around, ...env } })
  return { code, text: `${args.join(' ')}\n${stdout}${stderr}` }
}
