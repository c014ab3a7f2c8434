import { accessMethodsAndLanguages } from './access-methods-and-languages.ts'
import { aggregates } from './aggregates.ts'
import { castsAndCollations } from './casts-and-collations.ts'
import { columns } from './columns.ts'
import { constraints } from './constraints.ts'
import { database } from './database.ts'
import { extensionRows } from './extension-rows.ts'
import { foreignData } from './foreign-data.ts'
import { foreignKeys } from './foreign-keys.ts'
import { indexes } from './indexes.ts'
import { operators } from './operators.ts'
import { partitionIndexes } from './partition-indexes.ts'
import { policies } from './policies.ts'
import { privileges } from './privileges.ts'
import { replication } from './replication.ts'
import { roles } from './roles.ts'
import { routines } from './routines.ts'
import { sequences } from './sequences.ts'
import { statisticsAndLabels } from './statistics-and-labels.ts'
import { tables } from './tables.ts'
import { tablespacesAndParameters } from './tablespaces-and-parameters.ts'
import { textSearch } from './text-search.ts'
import { triggers } from './triggers.ts'
import { types } from './types.ts'
import { views } from './views.ts'
import type { Mutant } from './mutant.ts'

export { changesOn, isFor, needsCopy, statementsOf, type Mutant } from './mutant.ts'
export { runMutant } from './run-mutant.ts'

/** Every mutant: each changes one thing in the database that holds every kind of object. */
export const mutants: readonly Mutant[] = [
  ...accessMethodsAndLanguages,
  ...aggregates,
  ...castsAndCollations,
  ...columns,
  ...constraints,
  ...database,
  ...extensionRows,
  ...foreignData,
  ...foreignKeys,
  ...indexes,
  ...operators,
  ...partitionIndexes,
  ...policies,
  ...privileges,
  ...replication,
  ...roles,
  ...routines,
  ...sequences,
  ...statisticsAndLabels,
  ...tables,
  ...tablespacesAndParameters,
  ...textSearch,
  ...triggers,
  ...types,
  ...views,
]
