import { test as base } from 'vitest'
import { readFacts, type Facts } from '../facts/index.ts'
import { rehearsal } from './context.ts'
import { openProductionForSpecs, openRestored, type RestoredDatabase } from './databases.ts'
import { openScratch, whyNoScratch, type ScratchDatabase } from './scratch.ts'

async function factsOf(path: string | null): Promise<Facts | null> {
  return path === null ? null : readFacts(path)
}

/**
 * `test` with the fixtures of a rehearsal:
 * - `restored`: the restored copy, to query (read-only)
 * - `scratch`: a copy of it for this test alone, to write to; gone after the test
 * - `production`: production, read-only; null where none is configured
 * - `baseline`: the facts recorded in the dump's snapshot, or taken live; null without
 * - `facts`: what was observed in the restored copy
 * - `backup`: the set that was restored
 * - `findings`: what the run's own checks found
 */
export const test = base
  .extend('restored', { scope: 'file' }, async ({}, { onCleanup }): Promise<RestoredDatabase> => {
    const database = await openRestored()
    onCleanup(() => database[Symbol.asyncDispose]())
    return database
  })
  .extend('scratch', async ({ skip }, { onCleanup }): Promise<ScratchDatabase> => {
    const obstacle = whyNoScratch()
    if (obstacle !== null) skip(obstacle)
    const database = await openScratch()
    onCleanup(() => database[Symbol.asyncDispose]())
    return database
  })
  .extend('production', { scope: 'file' }, async ({}, { onCleanup }): Promise<RestoredDatabase | null> => {
    const database = await openProductionForSpecs()
    onCleanup(async () => database?.[Symbol.asyncDispose]())
    return database
  })
  .extend('baseline', { scope: 'file' }, async () => factsOf(rehearsal().baselineFile))
  .extend('facts', { scope: 'file' }, async () => factsOf(rehearsal().restoredFile))
  .extend('backup', { scope: 'file' }, async () => rehearsal().backup)
  .extend('findings', { scope: 'file' }, async () => rehearsal().findings)
