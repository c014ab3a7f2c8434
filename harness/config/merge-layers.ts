import { isAbsolute, relative, resolve } from 'node:path'
import { Fault } from '../core/index.ts'
import { isStored } from './is-stored.ts'
import { looksLikeConnection, looksLikeKey, looksLikeSecret } from './looks-like-secret.ts'
import { secretInArgument } from './resolve-connection.ts'
import { settings, type ConfigFlags, type Setting } from './settings.ts'
import type { ConfigOrigin } from './config-values.ts'

export interface ConfigSources {
  /** What the file exports; null without a file. */
  readonly file: unknown
  readonly flags: ConfigFlags
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly root: string
}

export interface MergedConfig {
  readonly input: unknown
  readonly origins: Readonly<Record<string, ConfigOrigin>>
}

/** File, then environment, then flags: the later wins, value by value. Nothing is validated here but secrets. */
export function mergeLayers(sources: ConfigSources): MergedConfig {
  refuseSecrets(sources.file, 'file')
  let input = sources.file === null ? {} : spreadEngine(sources.file)
  const origins: Record<string, ConfigOrigin> = {}
  for (const setting of settings) {
    const path = setting.path.split('.')
    const over = overrideOf(setting, sources)
    if (over) {
      input = withValue(input, path, over.value)
      origins[setting.path] = over.origin
    } else {
      origins[setting.path] = valueAt(input, path) === undefined ? 'default' : 'file'
    }
  }
  return { input, origins }
}

/** `engine: 'container'` is short for `engine: { kind: 'container' }`; only then can a flag change one part of it. */
function spreadEngine(file: unknown): unknown {
  return isRecord(file) && typeof file['engine'] === 'string' ? { ...file, engine: { kind: file['engine'] } } : file
}

function overrideOf(setting: Setting, sources: ConfigSources): { value: unknown; origin: ConfigOrigin } | null {
  const { env, flag } = setting
  const given = flag === null ? undefined : sources.flags[keyOfFlag(flag)]
  if (given !== undefined) {
    const origin = `flag --${flag}` as const
    refuseSecrets(given, origin)
    return { value: formed(setting, given, origin, sources), origin }
  }
  const text = env === null ? undefined : sources.env[env]
  if (env === null || text === undefined) return null
  const origin = `env:${env}` as const
  /* The environment is where a connection may stand: REHEARSAL_PRODUCTION may hold it, or name the variable that does. */
  if (isConnection(setting) && (looksLikeSecret(text) || looksLikeConnection(text))) return { value: origin, origin }
  refuseSecrets(text, origin)
  return { value: formed(setting, text, origin, sources), origin }
}

/** `time-limit` → `timeLimit`, as command-line parsers hand it over. */
function keyOfFlag(flag: string): keyof ConfigFlags {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as keyof ConfigFlags
}

function isConnection(setting: Setting): boolean {
  return setting.path === 'production' || setting.path === 'engine.connection'
}

function formed(
  setting: Setting,
  given: string | readonly string[],
  origin: ConfigOrigin,
  sources: ConfigSources,
): unknown {
  const texts = (typeof given === 'string' ? [given] : given).map((text) => text.trim())
  if (texts.length === 0 || texts.includes('')) {
    throw new Fault('E_CONFIG_INVALID', `${setting.path}: ${origin} is empty`, {
      hint: 'give it a value, or leave it out',
    })
  }
  if (setting.form === 'list') {
    const entries = texts.flatMap((text) => text.split(',')).map((text) => text.trim())
    return setting.path === 'specs' ? entries.map((glob) => anchor(glob, sources)) : entries
  }
  const text = texts.join(',')
  if (setting.form === 'switch') return /^(?:yes|true)$/.test(text) ? true : /^(?:no|false)$/.test(text) ? false : text
  if (setting.form === 'ratio') return /^\d*\.?\d+$/.test(text) ? Number(text) : text
  return setting.isPath && !isStored(text) ? resolve(sources.cwd, text) : text
}

/** Globs are relative to the config's folder; one typed elsewhere means the folder it was typed in. */
function anchor(glob: string, { cwd, root }: ConfigSources): string {
  return cwd === root || isAbsolute(glob) ? glob : relative(root, resolve(cwd, glob))
}

/** No connection is written out, wherever it could stand. SQL is left alone: it may speak of URLs. */
function refuseSecrets(value: unknown, where: string, depth = 0): void {
  if (typeof value === 'string') {
    if (looksLikeKey(value))
      throw secretInArgument(where === 'file' ? 'a key in the config file' : where, 'SUPABASE_SECRET_KEY')
    if (looksLikeSecret(value)) throw secretInArgument(where === 'file' ? 'a connection in the config file' : where)
  } else if (typeof value === 'object' && value !== null && depth < 8) {
    for (const [key, inner] of Object.entries(value)) {
      // Whoever knows a webhook's address may write to the team.
      if (key === 'webhook' && typeof inner === 'string' && inner.includes('/')) {
        throw secretInArgument('the address of a webhook in the config file')
      }
      if (key !== 'sql') refuseSecrets(inner, where, depth + 1)
    }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function valueAt(input: unknown, path: readonly string[]): unknown {
  let value = input
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

/** A copy with one value set. What is no object on the way there stays: the schema will say so. */
function withValue(input: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (input === undefined) return { [key]: withValue(undefined, rest, value) }
  return isRecord(input) ? { ...input, [key]: withValue(input[key], rest, value) } : input
}
