import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Keeps the memory of a long walk small. Each request leaves some 30 kB of garbage, and V8 gives the young a nursery that
 * grows to 48 MB and promotes what is under way: a hundred thousand objects would take 300 MB to hold 30. So the nursery
 * stays as it is, and the old are looked through now and then, by what is returned here; null where the runtime can't.
 */
export function garbageCollector(): (() => void) | null {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('globalThis.gc')
  return typeof collect === 'function' ? () => void Reflect.apply(collect, undefined, []) : null
}
