import { expect } from 'vitest'
import type { BringBackRequest } from '../bring-back/index.ts'
import { canary, type Brought, type ScratchServer } from './scratch-server.ts'

const objects = "select relname from pg_class where relnamespace = 'public'::regnamespace order by 1"

/** Brings back into that server. Every refusal has changed nothing; nothing that could be printed holds a password. */
export async function bringWatched(scratch: ScratchServer, request: Partial<BringBackRequest>): Promise<Brought> {
  const before = await scratch.read(objects)
  const brought = await scratch.bring(request)
  expect(brought.printed).not.toContain(canary)
  const now = await scratch.read(objects)
  expect(brought.fault === null ? before : now).toEqual(before)
  return brought
}
