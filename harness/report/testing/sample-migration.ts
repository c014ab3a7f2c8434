import type { MigrationReport } from '../types.ts'

/* Test support: a migration that went through with losses, one that failed, and one that hostile names are in. */

export function sampleMigration(text?: string): MigrationReport {
  const said = (harmless: string): string => text ?? harmless
  return {
    answer: 'GO',
    reason: said(
      'it went through in 2.6 s: 2 objects of the schema changed, 1 table with other rows, 1 relation rewritten, 2 losses',
    ),
    remedy: null,
    command: said('npx drizzle-kit migrate'),
    run: {
      exitCode: 0,
      killedBy: null,
      timedOut: false,
      durationMs: 2_610,
      connections: 1,
      leftBehind: [said('esbuild')],
      lastLines: [said('migrations applied')],
      outputBytes: 2_048,
    },
    log: 'migration.log',
    locks: [
      {
        relation: said('public.users'),
        mode: said('ACCESS EXCLUSIVE'),
        blocks: 'reads and writes',
        heldMs: 2_100,
        waiters: 1,
        waitedMs: 40,
      },
      {
        relation: said('public.events'),
        mode: said('ROW EXCLUSIVE'),
        blocks: 'nothing',
        heldMs: 300,
        waiters: 0,
        waitedMs: 0,
      },
    ],
    changes: {
      schemaDiffs: [
        { object: said('column public.users.phone'), diff: `--- a\n+++ b\n@@ -1 +0 @@\n-${said('type: text')}\n` },
        {
          object: said('column public.events.total'),
          diff: `--- a\n+++ b\n@@ -1 +1 @@\n-${said('type: numeric')}\n+${said('type: integer')}\n`,
        },
      ],
      tables: [
        { table: said('public.events'), was: null, rowsBefore: said('36'), rowsAfter: said('30'), content: 'differs' },
      ],
      rewrites: [
        { relation: said('public.events'), kind: 'table', how: 'rewritten', bytesBefore: 81_920, bytesAfter: 65_536 },
      ],
      losses: [
        {
          kind: 'rows',
          object: said('public.events'),
          text: said('public.events has 6 rows fewer: 30 of 36 are left'),
        },
        {
          kind: 'column',
          object: said('public.users.phone'),
          text: said('column public.users.phone is gone, with 40 values'),
        },
      ],
    },
  }
}

export function sampleFailedMigration(text?: string): MigrationReport {
  const { run, ...rest } = sampleMigration(text)
  return {
    ...rest,
    answer: 'NO-GO',
    reason: text ?? 'it failed with exit code 1 after 2.6 s',
    remedy: text ?? 'see the end of its output; the backup is not touched by this',
    run: run && {
      ...run,
      exitCode: 1,
      lastLines: [text ?? 'error: column "total" does not exist', text ?? 'migration 0007 failed'],
    },
  }
}
