import { damaged } from './archive-damage.ts'
import { commandsPerObject, privilegesPerObject } from './large-objects.ts'
import { quoteName } from './quote-name.ts'
import type { ArchiveHead } from './read-head.ts'
import { nameOf, type TocEntry } from './toc-entry.ts'

/** Writes what pg_restore writes for an entry (_printTocEntry of pg_backup_archiver.c), following the session it sets. */
export class EntryWriter {
  readonly #byId: ReadonlyMap<number, TocEntry>
  /** Written before PostgreSQL 16, which gave views and sequences an ALTER of their own. */
  readonly #isOld: boolean
  #tablespace: string | null = null
  #tableAccessMethod: string | null = null

  constructor(head: ArchiveHead, entries: readonly TocEntry[]) {
    this.#isOld = head.minor < 15
    this.#byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  }

  /** The entry's label and definition, and whose it is. */
  definition(entry: TocEntry): string {
    const prefix = entry.type === 'STATISTICS DATA' ? 'Statistics for ' : ''
    return `${this.#session(entry)}${label(entry, prefix)}${this.#body(entry)}${ownerOf(entry, this.#isOld)}${accessMethodOf(entry)}`
  }

  /** What comes before the entry's data. */
  beforeData(entry: TocEntry): string {
    const remark = entry.definition === '' ? '' : `${entry.definition}\n\n`
    return `${this.#session(entry)}${label(entry, 'Data for ')}${remark}${entry.copyStatement}`
  }

  #session(entry: TocEntry): string {
    let text = ''
    const { tablespace, tableAccessMethod, relationKind } = entry
    if (tablespace !== null && tablespace !== this.#tablespace) {
      this.#tablespace = tablespace
      text += `SET default_tablespace = ${tablespace === '' ? "''" : quoteName(tablespace)};\n\n`
    }
    if (tableAccessMethod !== null && relationKind !== 'p' && tableAccessMethod !== this.#tableAccessMethod) {
      this.#tableAccessMethod = tableAccessMethod
      text += `SET default_table_access_method = ${quoteName(tableAccessMethod)};\n\n`
    }
    return text
  }

  #body(entry: TocEntry): string {
    if (entry.type === 'BLOB METADATA') return commandsPerObject(entry, "SELECT pg_catalog.lo_create('", "')")
    if (entry.type === 'ACL' && entry.tag.startsWith('LARGE OBJECTS')) {
      const objects = this.#byId.get(entry.dependencies[0] ?? 0)
      if (objects?.type !== 'BLOB METADATA') throw damaged(`${nameOf(entry)} belongs to no large objects`)
      return privilegesPerObject(entry, objects)
    }
    return `${entry.definition}\n\n`
  }
}

function label({ type, tag, schema, owner, tablespace }: TocEntry, prefix: string): string {
  const where = tablespace === null || tablespace === '' ? '' : `; Tablespace: ${oneLine(tablespace)}`
  return `--\n-- ${prefix}Name: ${oneLine(tag)}; Type: ${type}; Schema: ${oneLine(schema ?? '-')}; Owner: ${oneLine(owner)}${where}\n--\n\n`
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ')
}

/** Types whose name says all, as _getObjectDescription has them. */
const named = new Set([
  'COLLATION',
  'CONVERSION',
  'DOMAIN',
  'FOREIGN TABLE',
  'MATERIALIZED VIEW',
  'SEQUENCE',
  'STATISTICS',
  'TABLE',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH CONFIGURATION',
  'TYPE',
  'VIEW',
  'DATABASE',
  'PROCEDURAL LANGUAGE',
  'SCHEMA',
  'EVENT TRIGGER',
  'FOREIGN DATA WRAPPER',
  'SERVER',
  'PUBLICATION',
  'SUBSCRIPTION',
])

const alteredAsTables = new Set(['MATERIALIZED VIEW', 'SEQUENCE', 'VIEW'])

/** Types whose DROP command says which one. */
const signed = new Set(['AGGREGATE', 'FUNCTION', 'OPERATOR', 'OPERATOR CLASS', 'OPERATOR FAMILY', 'PROCEDURE'])

/** Types that have no owner of their own. */
const ownerless = new Set([
  'CAST',
  'CHECK CONSTRAINT',
  'CONSTRAINT',
  'DATABASE PROPERTIES',
  'DEFAULT',
  'FK CONSTRAINT',
  'INDEX',
  'RULE',
  'TRIGGER',
  'ROW SECURITY',
  'POLICY',
  'USER MAPPING',
])

function ownerOf(entry: TocEntry, isOld: boolean): string {
  const { type, tag, schema, owner, dropStatement } = entry
  if (owner === '' || dropStatement === '') return ''
  const role = quoteName(owner)
  if (type === 'BLOB METADATA') return commandsPerObject(entry, 'ALTER LARGE OBJECT ', ` OWNER TO ${role}`)
  if (ownerless.has(type)) return ''
  if (named.has(type)) {
    const prefix = schema === null || schema === '' ? '' : `${quoteName(schema)}.`
    const altered = isOld && alteredAsTables.has(type) ? 'TABLE' : type
    return `ALTER ${altered} ${prefix}${quoteName(tag)} OWNER TO ${role};\n\n`
  }
  if (type === 'BLOB' && /^\d+$/.test(tag)) return `ALTER LARGE OBJECT ${tag} OWNER TO ${role};\n\n`
  if (signed.has(type) && dropStatement.startsWith(`DROP ${type} `)) {
    return `ALTER ${dropStatement.slice(5).replace(/[\n;]+$/, '')} OWNER TO ${role};\n\n`
  }
  throw damaged(`nothing is known of the owner of ${nameOf(entry)}`)
}

/** A partitioned table has no storage, its access method is for its partitions. */
function accessMethodOf({ relationKind, tableAccessMethod, schema, tag }: TocEntry): string {
  if (relationKind !== 'p' || tableAccessMethod === null) return ''
  const prefix = schema === null || schema === '' ? '' : `${quoteName(schema)}.`
  return `ALTER TABLE ${prefix}${quoteName(tag)} SET ACCESS METHOD ${quoteName(tableAccessMethod)};\n\n`
}
