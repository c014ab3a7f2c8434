/** Rows in COPY's text format, gathered in one buffer that grows and is used again. */
export class CopyText {
  bytes: Buffer
  length = 0

  constructor(bytes = 65_536) {
    this.bytes = Buffer.allocUnsafeSlow(bytes)
  }

  /** Room for so many more bytes. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }

  /** What was gathered; good until more is. */
  get gathered(): Buffer {
    return this.bytes.subarray(0, this.length)
  }
}
