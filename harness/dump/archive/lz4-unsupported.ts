import { Fault } from '../../core/index.ts'

export function lz4Unsupported(): Fault {
  return new Fault('E_DUMP_FORMAT_UNSUPPORTED', 'the dump is an archive compressed with lz4, which is not read', {
    hint: 'dump with --compress=gzip or zstd, or make a plain dump: pg_restore -f dump.sql <archive>',
  })
}
