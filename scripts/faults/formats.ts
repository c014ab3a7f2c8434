/** One way to write a backup. */
export interface Format {
  readonly name: string
  /** Of the file, or the folder, in its set. */
  readonly file: string
  /** For pg_dump. */
  readonly options: readonly string[]
  /** By hand, as `pg_dump | gzip` does. */
  readonly gzipped: boolean
}

/** The four formats of pg_dump; then what is damaged unseen the most, and what most people keep. */
export const formats: readonly Format[] = [
  { name: 'plain', file: 'backup.sql', options: ['-Fp'], gzipped: false },
  { name: 'custom', file: 'backup.dump', options: ['-Fc', '-Z6'], gzipped: false },
  { name: 'directory', file: 'backup', options: ['-Fd', '-Z6'], gzipped: false },
  { name: 'tar', file: 'backup.tar', options: ['-Ft'], gzipped: false },
  { name: 'custom-uncompressed', file: 'backup.dump', options: ['-Fc', '-Z0'], gzipped: false },
  { name: 'plain-gzip', file: 'backup.sql.gz', options: ['-Fp'], gzipped: true },
]
