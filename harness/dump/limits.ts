const megabyte = 1024 ** 2

/** Where reading stops rather than follow a dump into the abyss. */
export interface DumpLimits {
  /** Decompressed size of one dump. */
  readonly plainBytes: number
  /** Decompressed bytes for each byte of the file… */
  readonly ratio: number
  /** …judged only past this many decompressed bytes. */
  readonly ratioFromBytes: number
  /** One statement, or one row of an INSERT that is being split. */
  readonly statementBytes: number
  /** A multi-row INSERT longer than this arrives in several entries. */
  readonly insertBytes: number
  /** Definitions kept in memory for planning, … */
  readonly outlineBytes: number
  /** … and how many entries. A dump of more is restored as it is read. */
  readonly outlineEntries: number
  /** INSERTs into one table that are planned as one. */
  readonly runBytes: number
}

export const defaultLimits: DumpLimits = {
  // Sixteen times what a plain dump can still be restored from in a working day.
  plainBytes: 16 * 1024 ** 4,
  // gzip cannot exceed 1,032:1, and rows that hold so much as a counter stay below 200:1; zeros through zstd reach 10,000:1.
  ratio: 1_000,
  // A small dump of repetitive rows may be any ratio, and 1 GiB read and thrown away costs seconds, not memory.
  ratioFromBytes: 1024 * megabyte,
  // A row of bytea may be up to 1 GB in theory; the server's own text limit makes 512 MB the practical end, and half of
  // it keeps a reader below 1 GB with its copy. Real statements end below 1 MB but for large bytea rows.
  statementBytes: 256 * megabyte,
  // Past some 100 kB a longer INSERT is no faster to run; at 1 MB the repeated prefix is noise and memory is bounded.
  insertBytes: megabyte,
  // Eight times the definitions of 5,000 tables of twenty columns, and still a quarter of what a restore may take.
  outlineBytes: 48 * megabyte,
  // 40,000 tables come to some ten entries each; an entry takes about 300 bytes.
  outlineEntries: 400_000,
  // Some seconds of work for one session: enough to share out evenly, and little to do again.
  runBytes: 64 * megabyte,
}
