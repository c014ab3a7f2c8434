/** Where the texts of entries live. */
export interface StatementTexts {
  of(bytes: Buffer): Buffer
  joined(parts: readonly Buffer[]): Buffer
}

/** Each text is its owner's for good. */
export const ownTexts: StatementTexts = {
  of: (bytes) => Buffer.from(bytes),
  joined: (parts) => Buffer.concat(parts),
}

/**
 * A text is good until the next entry is asked for. For readers that only look: without a copy for every megabyte, a
 * third less memory.
 */
export function passingTexts(): StatementTexts {
  let scratch = Buffer.alloc(0)
  return {
    of: (bytes) => bytes,
    joined(parts) {
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      if (scratch.length < length) scratch = Buffer.allocUnsafeSlow(2 * length)
      let at = 0
      for (const part of parts) at += part.copy(scratch, at)
      return scratch.subarray(0, length)
    },
  }
}
