import { deepStrictEqual, ok } from 'node:assert/strict'
import type { BringBackRequest } from '../bring-back/index.ts'
import { canary, type Brought, type ScratchServer } from './scratch-server.ts'

const objects = "select relname from pg_class where relnamespace = 'public'::regnamespace order by 1"

/** Brings back into that server. Every refusal has changed nothing; nothing that could be printed holds a password. */
export async function bringWatched(scratch: ScratchServer, request: Partial<BringBackRequest>): Promise<Brought> {
  const before = await scratch.read(objects)
  const brought = await scratch.bring(request)
  ok(!brought.printed.includes(canary), 'a password was printed')
  if (brought.fault !== null) deepStrictEqual(await scratch.read(objects), before)
  return brought
}
