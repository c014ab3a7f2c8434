import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { z } from 'zod'
import type { Clock, Fault } from '../../core/index.ts'
import { leaseOwner, type LeaseOwner, type ProcessWatch } from '../keep/set-lease.ts'
import { readIfThere } from './read-back.ts'
import { retrying, storeFault, type RetryOptions } from './store-faults.ts'
import type { Store } from './types.ts'

/** Who is writing or removing a set: lies beside its files meanwhile. */
export const claimName = '.writer.json'

export interface ClaimOptions extends RetryOptions {
  readonly clock: Clock
  /** Goes on where a writer that is gone left off. */
  readonly takeOver?: boolean | undefined
  /** With it, the claim says whose it is, and that of a process which has ended is taken over unasked. */
  readonly processes?: ProcessWatch | undefined
}

/** Throws `E_STORE_OCCUPIED` where another has it. */
export async function takeClaim(store: Store, name: string, options: ClaimOptions): Promise<Buffer> {
  const owner = await options.processes?.identify()
  const since = options.clock.now().toISOString()
  const writer = { writer: randomUUID(), host: hostname(), pid: process.pid, since, owner }
  const claim = Buffer.from(`${JSON.stringify(writer)}\n`)
  if (options.takeOver || (await isOfDead(store, name, options)))
    await retrying(() => store.remove(`${name}/${claimName}`, options.signal), options)
  let tried = 0
  const isOurs = await retrying(async () => {
    tried += 1
    if (await store.create(`${name}/${claimName}`, claim, options.signal)) return true
    // The answer to our own first try may have got lost.
    return tried > 1 && (await readIfThere(store, `${name}/${claimName}`, options))?.equals(claim) === true
  }, options)
  if (isOurs) return claim
  const other = (await readIfThere(store, `${name}/${claimName}`, options))?.toString('utf8').trim() ?? 'gone again'
  throw occupied(store, name, other)
}

/** Whether the claim is of a process that has surely ended; of one that can't be judged from here, not. */
export async function isOfDead(
  store: Store,
  name: string,
  options: Pick<ClaimOptions, 'processes' | 'signal' | 'pausesMs'>,
): Promise<boolean> {
  const { processes } = options
  if (!processes) return false
  const text = await readIfThere(store, `${name}/${claimName}`, options)
  const owner = text === null ? null : ownerOf(text.toString('utf8'))
  return owner !== null && (await processes.livenessOf(owner)) === 'dead'
}

function ownerOf(text: string): LeaseOwner | null {
  try {
    return z.object({ owner: leaseOwner }).safeParse(JSON.parse(text)).data?.owner ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

export async function requireClaim(store: Store, name: string, claim: Buffer, options: RetryOptions): Promise<void> {
  const there = await readIfThere(store, `${name}/${claimName}`, options)
  if (there === null || !there.equals(claim)) throw occupied(store, name, there?.toString('utf8').trim() ?? 'gone')
}

function occupied(store: Store, name: string, other: string): Fault {
  return storeFault('E_STORE_OCCUPIED', `another writer is at ${name} in ${store.name}: ${other}`, {
    again: false,
    hint: 'wait until it is done; if it is no more, say --take-over',
  })
}

/** Ours alone: another's is left. */
export async function dropClaim(store: Store, name: string, claim: Buffer): Promise<void> {
  const own = { signal: AbortSignal.timeout(10_000), pausesMs: [200] }
  const path = `${name}/${claimName}`
  if ((await readIfThere(store, path, own))?.equals(claim)) await retrying(() => store.remove(path, own.signal), own)
}
