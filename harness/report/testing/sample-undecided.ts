import type { CheckId, Finding } from '../../compare/index.ts'
import { decide, planChecks } from '../../verdict/index.ts'
import { baseFindings, now, sampleFinding, sampleSituation } from './sample-findings.ts'
import { sampleGo } from './sample-go.ts'
import { backup, specs, steps, tables } from './sample-parts.ts'
import type { RehearsalRecord, SpecRecord } from '../types.ts'

/** No engine at hand holds the dump: nothing was restored. */
export function sampleUndecided(): RehearsalRecord {
  const notRun: readonly SpecRecord[] = specs.map((spec) => ({
    ...spec,
    state: 'not-run',
    durationMs: 0,
    message: 'nothing was restored',
  }))
  const reached = new Set<CheckId>(['artefacts', 'completeness', 'content kind', 'age', 'size'])
  const findings: Finding[] = [
    ...baseFindings.filter(({ check }) => reached.has(check)),
    sampleFinding('engine', 'not-checked', {
      message: 'no engine at hand holds Postgres 16: embedded has 15 and 17, Docker does not answer',
      remedy: 'start Docker, or install the embedded binaries of Postgres 16',
    }),
  ]
  const verdict = decide({ plan: planChecks(sampleSituation), findings, waivers: [], now, specs: notRun })
  return {
    ...sampleGo(),
    id: '20260310T061226Z-undecided',
    durationMs: 1_120,
    verdict,
    findings,
    steps: steps.map((step, index) => {
      if (index < 3) return step
      if (step.step === 'start engine') return { ...step, summary: 'no engine holds Postgres 16', outcome: 'failed' }
      if (step.step === 'report') return { ...step, startMs: 1_089 }
      return { ...step, startMs: 0, durationMs: 0, summary: '', outcome: 'not-run' }
    }),
    engine: null,
    restore: null,
    tables: tables.map((table) => ({ ...table, restored: null, counts: 'not-checked', content: 'not-checked' })),
    specs: notRun,
    backup: { ...backup, createdBy: null, retention: null, sourceVersion: '16.4' },
  }
}
