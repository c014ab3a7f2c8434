import type { ChildProcess } from 'node:child_process'

/**
 * Its exit code, once it and its output have ended. After an abort, too: what it still does must not meet a folder or a
 * server that is being cleared away.
 */
export async function childEnd(child: ChildProcess): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  let failure: Error | null = null
  child.once('error', (error) => {
    failure = error
    if (child.pid === undefined) reject(error)
  })
  child.once('close', (code) => {
    if (failure === null) resolve(code)
    else reject(failure)
  })
  return promise
}
