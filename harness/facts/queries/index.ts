import { aggregates } from './aggregates.ts'
import { casts } from './casts.ts'
import type { CatalogueQuery } from './catalogue-query.ts'
import { changedPrivileges } from './changed-privileges.ts'
import { collationVersions } from './collation-versions.ts'
import { collations } from './collations.ts'
import { columns } from './columns.ts'
import { domainConstraints, tableConstraints } from './constraints.ts'
import { databases } from './databases.ts'
import { defaultPrivileges } from './default-privileges.ts'
import { eventTriggers } from './event-triggers.ts'
import { extensions } from './extensions.ts'
import { foreignDataWrappers, foreignServers, userMappings } from './foreign-servers.ts'
import { foreignTables } from './foreign-tables.ts'
import { functions } from './functions.ts'
import { indexes } from './indexes.ts'
import { accessMethods, conversions, languages, transforms } from './languages.ts'
import { largeObjects } from './large-objects.ts'
import { operatorClasses, operatorFamilies, operators } from './operators.ts'
import { parameters } from './parameters.ts'
import { policies } from './policies.ts'
import { publications, subscriptions } from './publications.ts'
import { roles } from './roles.ts'
import { rules } from './rules.ts'
import { schemas } from './schemas.ts'
import { securityLabels } from './security-labels.ts'
import { sequences } from './sequences.ts'
import { statistics } from './statistics.ts'
import { tables } from './tables.ts'
import { tablespaces } from './tablespaces.ts'
import {
  textSearchConfigurations,
  textSearchDictionaries,
  textSearchParsers,
  textSearchTemplates,
} from './text-search.ts'
import { triggers } from './triggers.ts'
import { baseTypes, compositeTypes, domains, enums, rangeTypes } from './types.ts'
import { materializedViews, views } from './views.ts'

/** Every kind of object that facts know. */
export const catalogueQueries: readonly CatalogueQuery[] = [
  accessMethods,
  aggregates,
  baseTypes,
  casts,
  changedPrivileges,
  collationVersions,
  collations,
  columns,
  compositeTypes,
  conversions,
  databases,
  defaultPrivileges,
  domainConstraints,
  domains,
  enums,
  eventTriggers,
  extensions,
  foreignDataWrappers,
  foreignServers,
  foreignTables,
  functions,
  indexes,
  languages,
  largeObjects,
  materializedViews,
  operatorClasses,
  operatorFamilies,
  operators,
  parameters,
  policies,
  publications,
  rangeTypes,
  roles,
  rules,
  schemas,
  securityLabels,
  sequences,
  statistics,
  subscriptions,
  tableConstraints,
  tables,
  tablespaces,
  textSearchConfigurations,
  textSearchDictionaries,
  textSearchParsers,
  textSearchTemplates,
  transforms,
  triggers,
  userMappings,
  views,
]
