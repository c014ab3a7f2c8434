import { basename, dirname, join, resolve } from 'node:path'
import { Command } from 'commander'
import {
  digestManifest,
  findLatestSet,
  listSets,
  manifestName,
  protectSet,
  publicText,
  readIdentities,
  readRecipients,
  readSeen,
  readSigningKey,
  rememberSeen,
  type SeenSet,
} from '../../harness/backup/index.ts'
import { loadConfig, type ConfigFlags } from '../../harness/config/index.ts'
import { exitCode, Fault, formatBytes } from '../../harness/core/index.ts'
import { processWatch, sequenceMemory } from '../../harness/run/index.ts'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { stat } from 'node:fs/promises'
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
  const { recipients: keys, recipientsFile, identity } = values.encrypt
  const isEncrypted = keys.length > 0 || recipientsFile !== null
  const { key: place } = values.signing
  if (!isEncrypted && place === null) {
    throw new Fault('E_USAGE', 'neither a recipient nor a signing key is named', {
      hint: '--recipients age1…, --signing-key env:NAME, or encrypt and signing in the config',
    })
  }
  const recipients = isEncrypted
    ? await readRecipients({ recipients: keys, files: recipientsFile === null ? [] : [recipientsFile] })
    : []
  const source = await findLatestSet(values.backup.path)
  const target = join(resolve(out), basename(source.root))
  const memory = sequenceMemory(values)
  const key = place === null ? null : await readSigningKey(place, process.env)
  const last = key && (await lastSigned(key, memory, dirname(target)))
  const result = await protectSet(source, target, {
    recipients,
    identities: identity === null ? undefined : await readIdentities(identity, process.env),
    signing: key ? { key, sequence: (last?.sequence ?? 0) + 1, previous: last?.digest ?? null } : undefined,
    processes: processWatch,
    signal: interrupt.signal,
  })
  const { sequence } = result.manifest
  if (key && sequence !== undefined) {
    const digest = await digestManifest(join(result.root, manifestName))
    await rememberSeen(memory, publicText(createPublicKey(key)), { sequence, digest })
  }
  const bytes = result.manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  const proofs = {
    identity: 'decrypted again with the identity',
    'read back': 'read back; no identity was given: that the recipients can decrypt it is not proven',
    none: 'not encrypted',
  }
  process.stdout.write(
    `${result.root}: ${result.manifest.files.length} files, ${formatBytes(bytes)}, ${proofs[result.proven]}` +
      `${key ? `; signed, number ${sequence}` : ''}\n`,
  )
  process.exitCode = exitCode.go
}

/** The newest set of that key: that is remembered here, or that lies where the new one goes. */
async function lastSigned(key: KeyObject, memory: string, folder: string): Promise<SeenSet | null> {
  const publicKey = publicText(createPublicKey(key))
  let last = await readSeen(memory, publicKey)
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  for (const { manifest, root } of isThere ? (await listSets(folder)).sets : []) {
    if (manifest?.signature?.publicKey !== publicKey || manifest.sequence === undefined) continue
    if (manifest.sequence <= (last?.sequence ?? 0)) continue
    last = { sequence: manifest.sequence, digest: await digestManifest(join(root, manifestName)) }
  }
  return last
}
