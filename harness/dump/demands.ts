import { identifierOf, isSymbol, isWord, nameAt, type Token } from './tokens.ts'
import type { DemandKind, DumpDemand } from './types.ts'

/** Objects that are named for one demand: a report has no room for more. */
const namedObjects = 1_000

/** Of every server, whatever it was built with. */
const everywhere: Readonly<Partial<Record<DemandKind, ReadonlySet<string>>>> = {
  language: new Set(['sql', 'plpgsql', 'internal', 'c']),
  'access method': new Set(['heap', 'btree', 'hash', 'gist', 'gin', 'spgist', 'brin']),
  'libc locale': new Set(['C', 'POSIX']),
  tablespace: new Set(['', 'pg_default', 'pg_global']),
}

/** Collations of pg_catalog that are no locale of the machine's. */
const builtinCollations: Readonly<Record<string, readonly [DemandKind, string] | null>> = {
  default: null,
  C: null,
  POSIX: null,
  ucs_basic: null,
  unicode: ['icu locale', 'und'],
  pg_c_utf8: ['builtin locale', 'C.UTF-8'],
  pg_unicode_fast: ['builtin locale', 'PG_UNICODE_FAST'],
}

/** Schemas that an extension makes for itself under a fixed name. */
const ownSchemas: Readonly<Record<string, string>> = {
  cron: 'pg_cron',
  graphql: 'pg_graphql',
  net: 'pg_net',
  pgmq: 'pgmq',
  pgsodium: 'pgsodium',
  vault: 'supabase_vault',
}
const namesOwnSchema = new RegExp(`\\b(${Object.keys(ownSchemas).join('|')})\\.["a-z_]`, 'gi')

interface Asked {
  readonly kind: DemandKind
  readonly name: string
  readonly version: string | null
  readonly objects: Set<string>
}

/** Gathers what a dump asks of the server that it is restored into, beside a major. */
export class DemandDraft {
  readonly #asked = new Map<string, Asked>()
  readonly #ownAccessMethods = new Set<string>()
  readonly #callers = new Map<string, Set<string>>()

  /** `object`: as the refusal of the statement would name it. */
  add(verb: string, object: string | null, tokens: readonly Token[]): void {
    if (!/^(?:CREATE|ALTER|SET)\b/.test(verb)) return
    switch (verb) {
      case 'CREATE EXTENSION':
        return this.#ask('extension', object, object, after(tokens, 'VERSION'))
      case 'CREATE LANGUAGE':
        return this.#ask('language', object, object)
      case 'CREATE TABLESPACE':
        return this.#ask('tablespace', object, object)
      case 'CREATE ACCESS METHOD':
        this.#ownAccessMethods.add(object ?? '')
        return
      case 'CREATE COLLATION':
        return this.#collation(object, tokens)
      case 'CREATE DATABASE':
        return this.#database(`database ${object}`, tokens)
      case 'SET':
        return this.#setting(object, tokens)
      default:
        return this.#words(verb, object, tokens)
    }
  }

  finish(): readonly DumpDemand[] {
    return [...this.#asked.values()]
      .filter(({ kind, name }) => kind !== 'access method' || !this.#ownAccessMethods.has(name))
      .map((asked) => ({
        ...asked,
        objects: [...asked.objects],
        callers: asked.kind === 'extension' ? [...(this.#callers.get(asked.name) ?? [])] : [],
      }))
      .sort((left, right) => compare(left.kind, right.kind) || compare(left.name, right.name))
  }

  #collation(object: string | null, tokens: readonly Token[]): void {
    const { provider = 'libc', locale, lc_collate: collate, lc_ctype: ctype } = optionsOf(tokens)
    for (const name of new Set([locale, collate, ctype])) this.#locale(provider.toLowerCase(), name, object)
  }

  #database(object: string, tokens: readonly Token[]): void {
    const {
      locale_provider: provider = 'libc',
      locale,
      lc_collate: collate,
      lc_ctype: ctype,
      ...rest
    } = optionsOf(tokens)
    for (const name of new Set([locale, collate, ctype])) this.#locale('libc', name, object)
    if (provider.toLowerCase() !== 'libc') {
      this.#locale('icu', rest['icu_locale'], object)
      this.#locale('builtin', rest['builtin_locale'], object)
    }
    this.#ask('tablespace', rest['tablespace'] ?? null, object)
  }

  #locale(provider: string, name: string | undefined, object: string | null): void {
    const kind = `${provider} locale`
    if (kind === 'libc locale' || kind === 'icu locale' || kind === 'builtin locale')
      this.#ask(kind, name ?? null, object)
  }

  #setting(object: string | null, tokens: readonly Token[]): void {
    const value = tokens.at(isSymbol(tokens.at(-1), ';') ? -2 : -1)
    const name = value?.kind === 'text' ? value.text : identifierOf(value)
    if (object === 'default_tablespace') this.#ask('tablespace', name, null)
    if (object === 'default_table_access_method') this.#ask('access method', name, object)
  }

  /** What may stand anywhere in a definition. */
  #words(verb: string, object: string | null, tokens: readonly Token[]): void {
    const isRoutine = /^CREATE (?:FUNCTION|PROCEDURE|TRANSFORM)$/.test(verb)
    const isStored = /^CREATE (?:TABLE|INDEX|MATERIALIZED VIEW)$/.test(verb)
    for (const [at, token] of tokens.entries()) {
      if (isRoutine && object !== null && token.kind === 'text') this.#body(object, token.text)
      if (token.kind !== 'word') continue
      switch (token.text.toUpperCase()) {
        case 'COLLATE':
          this.#collate(object, tokens, at + 1)
          break
        case 'LANGUAGE':
          if (isRoutine) this.#language(object, tokens, at + 1)
          break
        case 'USING':
          if (isStored) this.#ask('access method', identifierOf(tokens[at + 1]), object)
          break
        case 'TABLESPACE':
          if (isStored) this.#ask('tablespace', identifierOf(tokens[at + 1]), null)
          break
        case 'AS':
          // What follows is a query, with its own USING.
          if (isStored && verb !== 'CREATE INDEX') return this.#collations(object, tokens, at)
          break
        default:
      }
    }
  }

  #collations(object: string | null, tokens: readonly Token[], from: number): void {
    for (let at = from; at < tokens.length; at += 1) {
      if (isWord(tokens[at], 'COLLATE')) this.#collate(object, tokens, at + 1)
    }
  }

  #collate(object: string | null, tokens: readonly Token[], at: number): void {
    const [schema, name] = nameAt(tokens, at)?.parts ?? []
    // Any other schema's collation the dump makes itself.
    if (schema !== 'pg_catalog' || name === undefined) return
    const builtin = builtinCollations[name]
    if (builtin === null) return
    const icu = /^(.+)-x-icu$/.exec(name)?.[1]
    const [kind, locale]: readonly [DemandKind, string] =
      builtin ?? (icu === undefined ? ['libc locale', name] : ['icu locale', icu])
    this.#ask(kind, locale, object)
  }

  #language(object: string | null, tokens: readonly Token[], at: number): void {
    const name = tokens[at]?.kind === 'text' ? tokens[at].text : identifierOf(tokens[at])
    if (name === 'c') this.#ask('library', after(tokens, 'AS'), object)
    else this.#ask('language', name, object)
  }

  #body(object: string, text: string): void {
    for (const [, schema = ''] of text.matchAll(namesOwnSchema)) {
      const extension = ownSchemas[schema.toLowerCase()] ?? ''
      const callers = this.#callers.get(extension) ?? new Set()
      this.#callers.set(extension, callers)
      if (callers.size < namedObjects) callers.add(object)
    }
  }

  #ask(kind: DemandKind, name: string | null, object: string | null, version: string | null = null): void {
    if (name === null || everywhere[kind]?.has(name)) return
    const key = `${kind} ${name}`
    const asked = this.#asked.get(key) ?? { kind, name, version, objects: new Set() }
    this.#asked.set(key, asked)
    if (object !== null && asked.objects.size < namedObjects) asked.objects.add(object)
  }
}

/** What a word is followed by: a name, or a string's content. */
function after(tokens: readonly Token[], word: string): string | null {
  const at = tokens.findIndex((token) => isWord(token, word))
  const next = at < 0 ? undefined : tokens[at + 1]
  return next?.kind === 'text' ? next.text : identifierOf(next)
}

/** `PROVIDER = icu`, `LOCALE = 'de'`, in whatever brackets: by name in lower case. */
function optionsOf(tokens: readonly Token[]): Readonly<Record<string, string>> {
  const options: Record<string, string> = {}
  for (const [at, token] of tokens.entries()) {
    const value = tokens[at + 2]
    if (token.kind !== 'word' || !isSymbol(tokens[at + 1], '=') || value === undefined) continue
    options[token.text.toLowerCase()] = value.text
  }
  return options
}

/** By code unit, the same on every machine. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
