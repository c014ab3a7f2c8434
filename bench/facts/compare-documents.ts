import { compareFacts, diffObjects } from '../../harness/compare/index.ts'
import { FactsPool, readFacts, writeFacts } from '../../harness/facts/index.ts'
import { setFlagsFromString } from 'node:v8'
import { generateFacts } from './generated-facts.ts'

/*
 * node bench/facts/compare-documents.ts [tables] [--changed <every nth>]
 *
 * Two facts documents of a generated schema (8 columns, 3 indexes, a policy, a trigger and a foreign key a table), of
 * which every nth table differs: how long they take to read and to compare, and how much memory. Bar: 10,000 tables
 * compared in 1 s; 200 MB with the documents in memory.
 */
const tables = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 10_000)
const flag = process.argv.indexOf('--changed')
const every = flag < 0 ? 100 : Number(process.argv[flag + 1])

const folder = process.env['TMPDIR'] ?? '/tmp'
const files = [`${folder}/rehearsal-facts-a.json`, `${folder}/rehearsal-facts-b.json`] as const
if (process.argv.includes('--generate')) {
  await writeFacts(files[0], generateFacts(tables, 0))
  await writeFacts(files[1], generateFacts(tables, every))
} else {
  // As bin/rehearse.mjs does.
  setFlagsFromString('--heap-growing-percent=50')
  setFlagsFromString('--semi-space-growth-factor=1')
  const startMs = performance.now()
  const pool = new FactsPool()
  const [baseline, restored] = [await readFacts(files[0], pool), await readFacts(files[1], pool)]
  const readMs = performance.now()
  const read = process.cpuUsage()
  const findings = compareFacts({ baseline, restored, baselineKind: 'dump-snapshot' })
  const comparedMs = performance.now()
  const compared = process.cpuUsage(read)
  const diffs = diffObjects(baseline, restored)
  const diffedMs = performance.now()
  const differing = findings.filter(({ status }) => status === 'differs').length
  const cpu = process.cpuUsage()
  const result = {
    objects: baseline.objects.length,
    differing,
    diffs: diffs.length,
    readMs: Math.round(readMs - startMs),
    compareMs: Math.round(comparedMs - readMs),
    compareCpuMs: Math.round((compared.user + compared.system) / 1000),
    diffMs: Math.round(diffedMs - comparedMs),
    cpuMs: Math.round((cpu.user + cpu.system) / 1000),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
