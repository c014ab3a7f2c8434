import { basename, dirname, join, resolve } from 'node:path'
import { Command } from 'commander'
import { findLatestSet, nextInChain, protectSet, readProtection, rememberSigned } from '../../harness/backup/index.ts'
import { loadConfig, type ConfigFlags } from '../../harness/config/index.ts'
import { countOf, exitCode, formatBytes } from '../../harness/core/index.ts'
import { processWatch, sequenceMemory } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'

interface ProtectFlags extends Pick<ConfigFlags, 'recipients' | 'identity' | 'signingKey'> {
  readonly out: string
  readonly config?: string
}

export function protectCommand(): Command {
  return new Command('protect')
    .description('encrypts a sealed set (age) and signs its manifest (Ed25519), as a new set')
    .argument('[set]', 'a set, or a folder of sets, whose latest is meant (default: that of the config)')
    .requiredOption('--out <dir>', 'folder of protected sets; the new one gets the name of the old')
    .option('--recipients <age1,…>', 'public keys that can decrypt it')
    .option('--identity <key>', 'proves that it decrypts: env:NAME, or a key file')
    .option('--signing-key <key>', 'what it is signed with: env:NAME, or a PEM file')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .action(protect)
}

async function protect(path: string | undefined, { out, config: file, ...flags }: ProtectFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const given = { ...flags, ...(path === undefined ? {} : { backup: path }) }
  const { values } = await loadConfig({ file, flags: given, env: process.env, cwd: process.cwd() })
  const protection = await readProtection(values, sequenceMemory(values), process.env)
  const source = await findLatestSet(values.backup.path)
  const target = join(resolve(out), basename(source.root))
  const signing = await nextInChain(protection, dirname(target))
  const result = await protectSet(source, target, {
    recipients: protection.recipients,
    identities: protection.identities,
    signing,
    processes: processWatch,
    signal: interrupt.signal,
  })
  await rememberSigned(protection, result.root, result.manifest)
  const bytes = result.manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  const proofs = {
    identity: 'decrypted again with the identity',
    'read back': 'read back; no identity was given: that the recipients can decrypt it is not proven',
    none: 'not encrypted',
  }
  process.stdout.write(
    `${result.root}: ${countOf(result.manifest.files.length, 'file')}, ${formatBytes(bytes)}, ${proofs[result.proven]}` +
      `${signing ? `; signed, number ${signing.sequence}` : ''}\n`,
  )
  process.exitCode = exitCode.go
}
