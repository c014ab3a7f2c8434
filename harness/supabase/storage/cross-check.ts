import type { SqlRunner } from '../../core/index.ts'
import { readRows } from './read-rows.ts'
import type { StorageProject } from './types.ts'

export interface CrossCheck {
  readonly rows: number
  readonly listed: number
  /** In the table, not in the listing: a listing that is cut short, or a key that may not see them. */
  readonly notListed: readonly string[]
  /** In the listing, not in the table: written meanwhile, or another database. */
  readonly notInTable: readonly string[]
}

/**
 * Holds what the API lists against the rows of `storage.objects`: two ways to the same answer. The names of one listing
 * are held in memory, some 100 bytes an object.
 */
export async function crossCheckListing(project: StorageProject, sql: SqlRunner): Promise<CrossCheck> {
  const listed = new Map<string, Set<string>>()
  let count = 0
  for (const { id } of await project.listBuckets()) {
    const names = new Set<string>()
    for await (const page of project.walk(id)) for (const { name } of page) names.add(name)
    listed.set(id, names)
    count += names.size
  }
  const notListed: string[] = []
  let rows = 0
  for await (const page of readRows(sql)) {
    rows += page.length
    for (const { bucket, name } of page) if (!listed.get(bucket)?.delete(name)) notListed.push(`${bucket}/${name}`)
  }
  const notInTable = [...listed].flatMap(([bucket, names]) => [...names].map((name) => `${bucket}/${name}`))
  return { rows, listed: count, notListed, notInTable }
}
