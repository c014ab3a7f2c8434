import { problemAt } from './problem.ts'
import type { TocComment } from './reader/toc-comment.ts'
import type { Classified } from './classify.ts'
import type { DumpPosition, DumpProblem, DumpWriter, EndEntry } from './types.ts'

/**
 * Follows a dump's beginnings and ends. pg_dump opens with a header comment and closes with an end marker; pg_dumpall
 * has one pair for the cluster around one a database; the Supabase CLI's data file keeps the pair, its role file ends
 * with `RESET ALL;` alone, and its default schema file proves nothing.
 */
export class EndMarkers {
  serverVersion: string | null = null
  toolVersion: string | null = null
  #dumpOpened: DumpPosition | null = null
  #clusterOpened: DumpPosition | null = null
  #sawDump = false
  #sawCluster = false
  #sawMarker = false
  #sawCommentedRestrict = false
  #sawIfNotExists = false
  #first: Classified | null = null
  #isLastReset = false
  /** A statement after the last end marker that belongs to nothing. */
  #stray: DumpPosition | null = null
  #headless: DumpPosition | null = null
  /** One dump of several had no end. */
  #isBroken = false

  comment(comment: TocComment, at: DumpPosition): DumpProblem | null {
    switch (comment.kind) {
      case 'dump': {
        const unfinished = this.#dumpOpened
        this.#dumpOpened = at
        this.#sawDump = true
        this.#stray = null
        if (unfinished === null) return null
        this.#isBroken = true
        return noMarker(at, `the dump that begins on line ${unfinished.line}`)
      }
      case 'cluster':
        this.#clusterOpened = at
        this.#sawCluster = true
        this.#stray = null
        return null
      case 'dump complete':
        if (this.#dumpOpened === null) this.#headless = at
        this.#dumpOpened = null
        this.#sawMarker = true
        return null
      case 'cluster complete':
        if (this.#clusterOpened === null) this.#headless = at
        this.#clusterOpened = null
        this.#sawMarker = true
        return null
      case 'restrict':
        this.#sawCommentedRestrict = true
        return null
      case 'server version':
        this.serverVersion ??= comment.version
        return null
      case 'tool version':
        this.toolVersion ??= comment.version
        return null
      case 'label':
      case 'other':
        return null
      default:
        throw new TypeError(`unhandled ${JSON.stringify(comment satisfies never)}`)
    }
  }

  /** Any entry that loads something. `head`: the statement's first bytes. */
  statement(found: Classified, head: string, at: DumpPosition): void {
    this.#first ??= found
    this.#isLastReset = found.verb === 'RESET' && found.parts?.[0] === 'all'
    if (/^CREATE (?:TABLE|SCHEMA|SEQUENCE) IF NOT EXISTS "/.test(head)) this.#sawIfNotExists = true
    if (this.#isLastReset) return
    if (this.#sawMarker && this.#dumpOpened === null && this.#clusterOpened === null) this.#stray ??= at
  }

  /** Any header or marker was seen. */
  get isAny(): boolean {
    return this.#sawDump || this.#sawCluster || this.#sawMarker
  }

  get writer(): DumpWriter {
    if (this.#sawCommentedRestrict || this.#isCliData || this.#isCliRoles) return 'supabase-cli'
    if (this.#sawCluster) return this.#isLastReset ? 'supabase-cli' : 'pg_dumpall'
    if (this.#sawIfNotExists) return 'supabase-cli'
    return this.#sawDump ? 'pg_dump' : 'unknown'
  }

  get #isCliData(): boolean {
    return this.#first?.verb === 'SET' && this.#first.parts?.[0] === 'session_replication_role'
  }

  /** pg_dumpall begins with this setting; without the header comment, the CLI has been at it. */
  get #isCliRoles(): boolean {
    return (
      !this.#sawCluster && this.#first?.verb === 'SET' && this.#first.parts?.[0] === 'default_transaction_read_only'
    )
  }

  finish(at: DumpPosition): { readonly completeness: EndEntry['completeness']; readonly problem: DumpProblem | null } {
    const lacking = this.#lacking(at)
    if (lacking !== null) return { completeness: 'truncated', problem: lacking }
    if (this.#isBroken) return { completeness: 'truncated', problem: null }
    const isProven = this.#sawMarker || this.#isCliRoles
    return { completeness: isProven ? 'complete' : 'unprovable', problem: null }
  }

  #lacking(at: DumpPosition): DumpProblem | null {
    if (this.#dumpOpened !== null) return noMarker(at, 'the dump')
    if (this.#clusterOpened !== null) return noMarker(at, 'the cluster dump')
    if (this.#isCliData && !this.#sawMarker) return noMarker(at, 'the data dump')
    if (this.#isCliRoles && !this.#isLastReset) return noMarker(at, 'the role dump', 'its closing RESET ALL')
    if (this.#stray !== null) {
      return problemAt(
        this.#stray,
        {
          code: 'E_DUMP_NO_END_MARKER',
          message: 'statements follow the end marker, and no marker closes them',
          hint: 'find out who appended them; take a fresh dump',
        },
        null,
        'goes on',
      )
    }
    if (this.#headless !== null) {
      return problemAt(
        this.#headless,
        {
          code: 'E_DUMP_DAMAGED',
          message: 'the dump ends with a marker whose header is missing: its beginning is gone',
          hint: 'take a fresh dump',
        },
        null,
        'goes on',
      )
    }
    return null
  }
}

function noMarker(at: DumpPosition, what: string, marker = 'its end marker'): DumpProblem {
  return problemAt(
    at,
    {
      code: 'E_DUMP_NO_END_MARKER',
      message: `${what} lacks ${marker}: it was cut short`,
      hint: "take a fresh dump; look for a full disk or a killed pg_dump in the backup job's log",
    },
    null,
    'goes on',
  )
}
