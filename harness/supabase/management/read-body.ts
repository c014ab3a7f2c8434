/** Of counts, names and dates; a thousand tables in one answer stay far below. */
const largestBytes = 8 * 1024 * 1024

/** The body as text. Throws `RangeError` past 8 MB, and what the connection throws. */
export async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the rest.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > largestBytes) throw new RangeError('has no end')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
