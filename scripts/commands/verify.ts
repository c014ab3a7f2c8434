import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import {
  fetchSet,
  findLatestSet,
  findLatestStored,
  listSets,
  listStoredSets,
  openSet,
  openStore,
  readIdentities,
  readPublicKey,
  verifySet,
  type BackupProblem,
  type BackupSet,
  type SetFinding,
} from '../../harness/backup/index.ts'
import { loadConfig, type ConfigFlags, type ConfigValues } from '../../harness/config/index.ts'
import { asFault, countOf } from '../../harness/core/index.ts'
import { sequenceMemory } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { bringHere } from '../bring-here.ts'
import { placeText } from './push.ts'
import { answerOf, codeOfSets, renderVerified, type VerifiedSet } from '../render-verify.ts'
import { terminalProgress } from '../terminal-progress.ts'

interface VerifyFlags extends Pick<ConfigFlags, 'identity' | 'publicKey'> {
  readonly backups?: string
  readonly from?: string
  readonly config?: string
  readonly json?: boolean
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('reads backup sets again: sums, signature, and that they decrypt; restores nothing, needs no server')
    .argument('[set]', 'a set, a dump, or a folder of sets, whose latest is meant (default: that of the config)')
    .option('--backups <dir>', 'every set in that folder')
    .option('--from <place>', `every set in another place: ${placeText}`)
    .option('--identity <key>', 'what encrypted sets are read with: env:NAME, or a key file')
    .option('--public-key <key>', 'what sets have to be signed with: ed25519:…, or a PEM file')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .option('--json', 'print it as JSON')
    .action(verify)
}

async function verify(path: string | undefined, flags: VerifyFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const { signal } = interrupt
  // What is elsewhere is not what the config names: its other values count all the same.
  const given = flags.backups ?? path ?? (flags.from === undefined ? undefined : '.')
  const config = await loadConfig({
    file: flags.config,
    flags: {
      ...(given === undefined ? {} : { backup: given }),
      ...(flags.identity === undefined ? {} : { identity: flags.identity }),
      ...(flags.publicKey === undefined ? {} : { publicKey: flags.publicKey }),
    },
    env: process.env,
    cwd: process.cwd(),
  })
  const { values } = flags.from === undefined ? await bringHere(config, signal) : config
  const verified =
    flags.from === undefined ? await verifyHere(flags, values, signal) : await verifyStored(flags.from, values, signal)
  process.stdout.write(flags.json ? `${JSON.stringify(verified, null, 2)}\n` : `${renderVerified(verified)}\n`)
  process.exitCode = codeOfSets(verified)
}

async function verifyHere({ backups }: VerifyFlags, values: ConfigValues, signal: AbortSignal): Promise<VerifiedSet[]> {
  const { sets, problems } =
    backups === undefined
      ? { sets: [await findLatestSet(values.backup.path)], problems: [] }
      : await listSets(values.backup.path)
  const verified: VerifiedSet[] = []
  for (const [index, set] of sets.entries()) {
    const isLatest = index === 0 && set.root !== values.backup.path
    verified.push(await verifyOne(set, isLatest, values, signal))
  }
  return [...verified, ...problems.filter(({ notice }) => !notice).map(ofProblem)]
}

/** Set by set into a private folder, and away again: room is needed for the largest, encrypted as it is. */
async function verifyStored(place: string, values: ConfigValues, signal: AbortSignal): Promise<VerifiedSet[]> {
  await using store = await openStore(place, { environment: process.env })
  const names = await listStoredSets(store, { signal })
  const latest = names.length === 0 ? null : await findLatestStored(store, { signal })
  const verified: VerifiedSet[] = []
  for (const name of names) {
    const folder = await mkdtemp(join(tmpdir(), 'rehearsal-verify-'))
    try {
      const { root } = await fetchSet(store, name, folder, { signal })
      const found = await verifyOne(await openSet(root), name === latest, values, signal)
      verified.push({ ...found, place: `${store.name}/${name}` })
    } catch (thrown) {
      const { code, kind, message, hint } = asFault(thrown)
      if (kind !== 'backup' && (kind !== 'environment' || code === 'E_INTERRUPTED')) throw thrown
      const status = kind === 'backup' ? ('differs' as const) : ('not-checked' as const)
      const findings = [{ status, code, object: name, message, hint }]
      verified.push({ name, place: `${store.name}/${name}`, createdAt: null, answer: answerOf(findings), findings })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return verified
}

/** A folder that may hold a set and can't be looked into. */
function ofProblem({ code, object, message, hint }: BackupProblem): VerifiedSet {
  const findings = [{ status: 'not-checked' as const, code, object, message, hint }]
  return { name: object ?? '?', place: object ?? '?', createdAt: null, answer: answerOf(findings), findings }
}

async function verifyOne(
  set: BackupSet,
  isLatest: boolean,
  { encrypt, signing, ...values }: ConfigValues,
  signal: AbortSignal,
): Promise<VerifiedSet> {
  const progress = terminalProgress(process.stderr)
  const total = set.files.reduce((sum, { bytes }) => sum + bytes, 0)
  progress.begin('check files', total)
  let read = 0
  const findings: readonly SetFinding[] = await verifySet(set, {
    identities: encrypt.identity === null ? null : await readIdentities(encrypt.identity, process.env),
    publicKey: signing.publicKey === null ? null : await readPublicKey(signing.publicKey),
    memory: sequenceMemory(values),
    isLatest,
    signal,
    onBytes: (bytes) => progress.advance((read += bytes)),
  }).catch((thrown: unknown) => {
    const fault = asFault(thrown)
    if (fault.kind !== 'environment' || fault.code === 'E_INTERRUPTED') throw thrown
    return [
      { status: 'not-checked' as const, code: fault.code, object: null, message: fault.message, hint: fault.hint },
    ]
  })
  progress.end('check files', `${set.name}: ${countOf(set.files.length, 'file')}`)
  return {
    name: set.name,
    place: set.root,
    createdAt: set.createdAt?.toISOString() ?? null,
    answer: answerOf(findings),
    findings,
  }
}
