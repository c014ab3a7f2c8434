import { decide, planChecks } from '../../verdict/index.ts'
import { now, sampleFinding, sampleSituation } from './sample-findings.ts'
import { sampleFailedMigration } from './sample-migration.ts'
import { sampleNoGo } from './sample-no-go.ts'
import { backup, engine, steps } from './sample-parts.ts'
import type { RehearsalRecord, SpecRecord } from '../types.ts'

/** Names that try to get out of wherever they are written. */
export const hostileNames: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><style>*{display:none}',
  '</title><h1>GO</h1>',
  ']]><failure/>',
  '<!--',
  'a|b|c',
  '`code` ``more`` ```fence',
  '**bold** _em_ ~~gone~~',
  '[link](javascript:alert(1)) ![x](http://evil.test/x.png)',
  'http://evil.test/ www.evil.test @octocat #1',
  '\u001b[2J\u001b[31mred\u0007\u009b31m',
  '::error file=a,line=1::boom',
  '##[error]boom ##vso[task.complete]',
  'two\nlines\r\n::set-output name=x::y',
  '\n# GO\n\n| GO |\n',
  '\u202egnp.exe\u2066x\u2069',
  'nul\u0000byte\u0008\ufffe\ud800',
  '=HYPERLINK("http://evil.test")',
  '-- ; DROP TABLE x',
  '&amp;&#60;',
]

/** The NO-GO with a hostile text in every place that a dump, a server or a file name can fill. */
export function sampleHostile(text: string): RehearsalRecord {
  const record = sampleNoGo()
  const findings = [
    sampleFinding('schema', 'differs', { object: text, message: text, expected: text, actual: text, remedy: text }),
    sampleFinding('tables', 'differs', { object: text, message: `${text} is missing` }),
    sampleFinding('row content', 'not-checked', { object: text, message: text, remedy: text }),
    sampleFinding('size', 'differs', { object: text, message: text, notice: true }),
    sampleFinding('age', 'differs', { object: text, message: text }),
  ]
  const waivers = [{ check: 'age', object: text, reason: text, owner: text, expires: '2026-04-01' }]
  const spec: SpecRecord = { file: text, title: text, state: 'failed', durationMs: 1, message: text }
  const verdict = decide({ plan: planChecks(sampleSituation), findings, waivers, now, specs: [spec] })
  return {
    ...record,
    id: text,
    project: text,
    verdict,
    findings,
    steps: steps.map((step) => ({ ...step, summary: text })),
    backup: {
      ...backup,
      id: text,
      name: text,
      description: text,
      purpose: text,
      label: text,
      createdAt: text,
      location: text,
      retention: text,
      createdBy: text,
      verifiedBy: text,
      writer: text,
      sourceVersion: text,
      toolVersion: text,
      files: backup.files.map((file) => ({ ...file, name: text, kind: text, sha256: text })),
    },
    engine: {
      ...engine,
      kind: text,
      version: text,
      origin: text,
      because: text,
      provided: [text],
      isolation: { ...engine.isolation, network: text, notes: [text] },
    },
    restore: {
      restorer: text,
      statements: 1,
      refused: [
        {
          file: text,
          line: 1,
          verb: text,
          object: text,
          code: text,
          message: text,
          harmless: false,
          explanation: text,
        },
      ],
      skipped: 0,
      rows: 1,
      bytes: 1,
      ms: 1,
    },
    tables: [
      {
        table: text,
        expected: text,
        dumped: text,
        restored: text,
        bytes: 1,
        counts: 'differs',
        content: 'not-checked',
      },
    ],
    schemaDiffs: [{ object: text, diff: `--- a\n+++ b\n@@ -1 +1 @@\n-${text}\n+${text}\n` }],
    baseline: { source: 'dump-snapshot', takenAt: text, serverVersion: text, databaseBytes: 1 },
    specs: [spec],
    migration: sampleFailedMigration(text),
    notCovered: [{ what: text, why: text }],
    configOrigins: { [text]: text },
  }
}
