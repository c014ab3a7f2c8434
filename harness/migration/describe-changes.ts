import { diffObjects } from '../compare/index.ts'
import type { Facts } from '../facts/index.ts'
import { changedTables } from './changed-tables.ts'
import type { StayedColumns } from './compare-stayed.ts'
import type { DroppedColumn } from './dropped-columns.ts'
import { findLosses } from './find-losses.ts'
import { findRewrites } from './find-rewrites.ts'
import type { Catalogue } from './read-catalogue.ts'
import { RenameMap } from './rename-map.ts'
import type { MigrationChanges } from './types.ts'

/** A database before and after a migration. */
export interface BeforeAndAfter {
  readonly facts: Facts
  readonly catalogue: Catalogue
}

export function describeChanges(
  before: BeforeAndAfter,
  after: BeforeAndAfter,
  { columns, stayed }: { readonly columns: readonly DroppedColumn[]; readonly stayed: StayedColumns },
): MigrationChanges {
  const renames = new RenameMap(before.catalogue, after.catalogue)
  const tables = changedTables(before.facts, after.facts, renames, stayed)
  return {
    schemaDiffs: diffObjects(before.facts, after.facts).map(({ object, diff }) => ({ object, diff: retitle(diff) })),
    tables,
    rewrites: findRewrites(before.catalogue, after.catalogue, after.facts),
    losses: findLosses(before.facts, after.facts, renames, tables, columns),
  }
}

function retitle(diff: string): string {
  return diff.replace(/^--- baseline\//m, '--- before/').replace(/^\+\+\+ restored\//m, '+++ after/')
}
