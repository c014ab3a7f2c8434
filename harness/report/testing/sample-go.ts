import { decide, planChecks } from '../../verdict/index.ts'
import { baseFindings, now, rowFindings, sampleFinding, sampleSituation } from './sample-findings.ts'
import { backup, engine, frame, publicIsThere, specs, steps, tables } from './sample-parts.ts'
import type { RehearsalRecord } from '../types.ts'

/** Everything the same: 31 tables equal to production. */
export function sampleGo(): RehearsalRecord {
  const findings = [
    ...baseFindings,
    ...rowFindings(),
    sampleFinding('restore', 'differs', {
      notice: true,
      object: 'public',
      message: 'schema "public" already exists: every database has one',
    }),
  ]
  const verdict = decide({ plan: planChecks(sampleSituation), findings, waivers: [], now, specs })
  return {
    ...frame,
    id: '20260310T061226Z-go',
    verdict,
    findings,
    steps,
    backup,
    engine,
    restore: {
      restorer: 'ours',
      statements: 412,
      refused: [publicIsThere],
      skipped: 3,
      rows: 4_812,
      bytes: 22_616_400,
      ms: 1_840,
    },
    tables,
    schemaDiffs: [],
    baseline: {
      source: 'dump-snapshot',
      takenAt: '2026-03-10T04:00:00.120Z',
      serverVersion: '17.6',
      databaseBytes: 256_901_120,
    },
    specs,
  }
}
