import type { ObjectKind } from '../../harness/facts/index.ts'

/** What a step of pg_dump or pg_dumpall reads, and the kinds of facts that hold it; or why none does. */
export interface DumpedKind {
  readonly step: string
  readonly kinds: readonly ObjectKind[]
  readonly instead?: string
}

function dumped(step: string, kinds: readonly ObjectKind[], instead?: string): DumpedKind {
  return { step, kinds, ...(instead === undefined ? {} : { instead }) }
}

/**
 * The yardstick: each step of getSchemaData() and of main() in pg_dump 13 to 18, and of pg_dumpall's globals.
 * https://github.com/postgres/postgres/blob/master/src/bin/pg_dump/common.c, pg_dump.c and pg_dumpall.c beside it.
 */
export const dumpedKinds: readonly DumpedKind[] = [
  dumped('getNamespaces', ['schema']),
  dumped('getExtensions', ['extension']),
  dumped(
    'processExtensionTables',
    [],
    'rows of configuration tables are counted: all, or those that match the extension’s condition',
  ),
  dumped('getTables', ['table', 'view', 'materialized view', 'sequence', 'foreign table']),
  dumped('getOwnedSeqs', ['sequence']),
  dumped('getInherits, getPartitioningInfo', ['table', 'foreign table']),
  dumped('getTableAttrs', ['column', 'constraint']),
  dumped('getFuncs', ['function']),
  dumped('getAggregates', ['aggregate']),
  dumped('getTypes', ['type', 'domain', 'enum']),
  dumped('getProcLangs', ['language']),
  dumped('getOperators', ['operator']),
  dumped('getAccessMethods', ['access method']),
  dumped('getOpclasses', ['operator class']),
  dumped('getOpfamilies', ['operator family']),
  dumped('getTSParsers', ['text search parser']),
  dumped('getTSTemplates', ['text search template']),
  dumped('getTSDictionaries', ['text search dictionary']),
  dumped('getTSConfigurations', ['text search configuration']),
  dumped('getForeignDataWrappers', ['foreign data wrapper']),
  dumped('getForeignServers, dumpUserMappings', ['foreign server', 'user mapping']),
  dumped('getDefaultACLs', ['default privileges']),
  dumped('getAdditionalACLs', ['changed privileges']),
  dumped('getCollations', ['collation', 'collation version']),
  dumped('getConversions', ['conversion']),
  dumped('getCasts', ['cast']),
  dumped('getTransforms', ['transform']),
  dumped('getEventTriggers', ['event trigger']),
  dumped('getIndexes', ['index', 'constraint']),
  dumped('getExtendedStatistics', ['statistics']),
  dumped('getConstraints, getDomainConstraints', ['constraint']),
  dumped('getTriggers', ['trigger', 'constraint']),
  dumped('getRules', ['rule']),
  dumped('getPolicies', ['policy', 'table']),
  dumped('getPublications, getPublicationTables, getPublicationNamespaces', ['publication']),
  dumped('getSubscriptions', ['subscription']),
  dumped('getSubscriptionRelations', [], 'where replication stands: pg_upgrade alone asks for it'),
  dumped('getTableData, getTableDataFKConstraints', [], 'rows: counted and fingerprinted, table by table'),
  dumped('getLOs', ['large object']),
  dumped('collectComments', [], 'a property `comment` of each kind'),
  dumped('collectSecLabels', ['security label', 'database', 'role']),
  dumped('collectSequences', ['sequence'], 'and their positions, a check of its own'),
  dumped('getDependencies', [], 'the order of a restore: what came back depends on the same'),
  dumped('getRelationStatistics', [], 'the planner’s statistics: gathered anew after a restore'),
  dumped('dumpDatabase', ['database', 'role']),
  dumped('dumpRoles, dumpRoleMembership', ['role']),
  dumped('dumpRoleGUCPrivs', ['parameter']),
  dumped('dumpTablespaces', ['tablespace']),
  dumped('dumpUserConfig, dumpDbRoleConfig', ['role', 'database']),
]
