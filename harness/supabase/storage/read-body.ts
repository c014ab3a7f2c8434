import type { IdleLimit } from './idle-limit.ts'
import { newExchange } from './exchange.ts'
import { faultOfCall } from './storage-fault.ts'

/** The bytes of an answer, as long as some come; a connection that breaks among them is a failure that may pass. */
export async function* readBody(
  stream: ReadableStream<Uint8Array>,
  limit: IdleLimit,
  what: string,
): AsyncGenerator<Uint8Array> {
  using held = limit
  try {
    for await (const chunk of stream) {
      held.moved(chunk.byteLength)
      yield chunk
    }
  } catch (thrown) {
    // The status said 200; only what followed did not come.
    throw faultOfCall(what, thrown, newExchange(held.signal))
  }
}
