import type { ObjectKind } from '../../harness/facts/index.ts'

export interface Catalogue {
  readonly name: string
  /** Kinds of facts that are read from it. None: why. */
  readonly kinds: readonly ObjectKind[]
  readonly instead?: string
  /** Columns that no query reads, and why. */
  readonly unread: Readonly<Record<string, string>>
}

/** Columns that several catalogues have, which say nothing of their own. */
const machinery = 'the server’s own bookkeeping'
const follows = 'follows from what is compared'
const deparsed = 'within the definition that the server deparses'

function columns(text: string, why: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(' ').map((column) => [column, why]))
}

function read(name: string, kinds: readonly ObjectKind[], ...unread: readonly Readonly<Record<string, string>>[]) {
  return { name, kinds, unread: Object.assign({}, ...unread) as Catalogue['unread'] }
}

function passedBy(name: string, instead: string): Catalogue {
  return { name, kinds: [], instead, unread: {} }
}

/**
 * Every catalogue of Postgres 13 to 18 and each of its columns that no query reads. A test holds this against the
 * catalogues of real servers: what a new major adds is a gap until it is read or excused here.
 */
export const catalogues: readonly Catalogue[] = [
  read('pg_aggregate', ['aggregate']),
  read('pg_am', ['access method']),
  read(
    'pg_amop',
    ['operator family'],
    columns('amoplefttype amoprighttype', 'those of the operator'),
    columns('amopmethod', 'that of the family'),
  ),
  read('pg_amproc', ['operator family']),
  read('pg_attrdef', ['column']),
  read(
    'pg_attribute',
    ['column', 'type', 'index'],
    columns('attlen attbyval attalign atthasdef', follows),
    columns('attcacheoff attndims', machinery),
    columns('atthasmissing attmissingval', 'how a default is stored for rows that are older: those rows are compared'),
  ),
  read('pg_auth_members', ['role']),
  read('pg_authid', ['role'], columns('rolpassword', 'a secret: never read')),
  read('pg_cast', ['cast']),
  read(
    'pg_class',
    ['table', 'view', 'materialized view', 'sequence', 'foreign table', 'index'],
    columns('reltype relisshared relnatts relhasindex relchecks relhasrules relhastriggers relhassubclass', follows),
    columns('relfilenode relrewrite relfrozenxid relminmxid', machinery),
    columns('relpages reltuples relallvisible relallfrozen', 'the planner’s estimates'),
  ),
  read('pg_collation', ['collation', 'collation version'], columns('collencoding', 'that of the database')),
  read(
    'pg_constraint',
    ['constraint'],
    columns(
      'condeferrable condeferred conenforced confrelid confupdtype confdeltype confmatchtype connoinherit',
      deparsed,
    ),
    columns('conperiod conkey confkey conpfeqop conppeqop conffeqop confdelsetcols conexclop conbin', deparsed),
  ),
  read('pg_conversion', ['conversion']),
  read(
    'pg_database',
    ['database', 'collation version'],
    columns('datallowconn', 'true wherever one can connect'),
    columns('dathasloginevt datfrozenxid datminmxid datlastsysoid', machinery),
  ),
  read('pg_db_role_setting', ['database', 'role']),
  read('pg_default_acl', ['default privileges']),
  read('pg_depend', ['sequence']),
  read(
    'pg_description',
    [],
    columns('objoid classoid objsubid description', 'read by obj_description() and col_description()'),
  ),
  read('pg_enum', ['enum']),
  read('pg_event_trigger', ['event trigger']),
  read(
    'pg_extension',
    ['extension'],
    columns('extowner', 'whoever restores'),
    columns('extrelocatable', 'the extension’s own'),
    columns('extconfig extcondition', 'the extension’s own; which rows are counted follows from them'),
  ),
  read('pg_foreign_data_wrapper', ['foreign data wrapper']),
  read('pg_foreign_server', ['foreign server']),
  read('pg_foreign_table', ['foreign table']),
  read(
    'pg_index',
    ['index', 'constraint'],
    columns(
      'indnatts indnkeyatts indnullsnotdistinct indkey indcollation indclass indoption indexprs indpred',
      deparsed,
    ),
    columns('indisprimary indisexclusion indimmediate', 'the definition of the constraint'),
    columns('indcheckxmin', machinery),
  ),
  read(
    'pg_inherits',
    ['table', 'foreign table', 'index'],
    columns('inhdetachpending', 'an unfinished DETACH CONCURRENTLY: a dump attaches the partition'),
  ),
  read('pg_init_privs', ['changed privileges'], columns('privtype', follows)),
  read('pg_language', ['language'], columns('lanispl', follows)),
  read('pg_largeobject', ['large object'], columns('loid pageno data', 'content: fingerprinted beside the tables')),
  read('pg_largeobject_metadata', ['large object']),
  read('pg_namespace', ['schema']),
  read('pg_opclass', ['operator class']),
  read('pg_operator', ['operator'], columns('oprkind', follows)),
  read('pg_opfamily', ['operator family']),
  read('pg_parameter_acl', ['parameter']),
  read(
    'pg_partitioned_table',
    ['table'],
    columns('partrelid partstrat partnatts partdefid partattrs partclass partcollation partexprs', deparsed),
  ),
  read('pg_policy', ['policy']),
  read(
    'pg_proc',
    ['function', 'aggregate'],
    columns(
      'provariadic proretset pronargs pronargdefaults prorettype proallargtypes proargmodes proargnames proargdefaults',
      deparsed,
    ),
  ),
  read('pg_publication', ['publication']),
  read('pg_publication_namespace', ['publication']),
  read('pg_publication_rel', ['publication']),
  read('pg_range', ['type']),
  passedBy('pg_replication_origin', 'where replication stands, of the whole server: no dump holds it'),
  read('pg_rewrite', ['rule', 'view'], columns('ev_type is_instead ev_qual ev_action', deparsed)),
  read(
    'pg_seclabel',
    ['security label'],
    columns('objoid classoid objsubid provider label', 'read by the view pg_seclabels'),
  ),
  read('pg_sequence', ['sequence']),
  read('pg_shdepend', ['role']),
  read('pg_shdescription', [], columns('objoid classoid description', 'read by shobj_description()')),
  read('pg_shseclabel', ['database', 'role']),
  passedBy('pg_statistic', 'the planner’s statistics: gathered anew after a restore'),
  read('pg_statistic_ext', ['statistics'], columns('stxrelid stxkeys stxkind stxexprs', deparsed)),
  passedBy('pg_statistic_ext_data', 'the planner’s statistics: gathered anew after a restore'),
  read(
    'pg_subscription',
    ['subscription'],
    columns('subconninfo', 'holds a password, and superusers alone may read it'),
    columns('subskiplsn', 'where replication stands'),
  ),
  passedBy('pg_subscription_rel', 'where replication stands: no dump holds it'),
  read('pg_tablespace', ['tablespace']),
  read(
    'pg_trigger',
    ['trigger', 'constraint'],
    columns(
      'tgfoid tgtype tgconstrrelid tgconstrindid tgdeferrable tginitdeferred tgnargs tgattr tgargs tgqual',
      deparsed,
    ),
    columns('tgoldtable tgnewtable', deparsed),
  ),
  read('pg_transform', ['transform']),
  read('pg_ts_config', ['text search configuration']),
  read('pg_ts_config_map', ['text search configuration']),
  read('pg_ts_dict', ['text search dictionary']),
  read('pg_ts_parser', ['text search parser']),
  read('pg_ts_template', ['text search template']),
  read('pg_type', ['type', 'domain', 'enum'], columns('typndims', 'how many brackets were typed: it means nothing')),
  read('pg_user_mapping', ['user mapping'], columns('umserver umuser umoptions', 'read by the view pg_user_mappings')),
]
