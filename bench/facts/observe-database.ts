import { writeSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { factsText, observeTogether } from '../../harness/facts/index.ts'
import { connect, type Session } from '../../harness/postgres/index.ts'

/**
 * One reading of a database's facts, in a process of its own, whose memory is its alone. Arguments: host, port, user,
 * database, sessions, depth. Prints {@link Reading} as JSON.
 */
export interface Reading {
  /** From the first connection to the facts' last byte. */
  readonly ms: number
  readonly peakBytes: number
  readonly objects: number
  readonly rows: number
  readonly bytes: number
}

const [host = '', port = '', user = '', database = '', sessions = '1', depth = 'counts'] = process.argv.slice(2)
// As bin/rehearse.mjs does.
setFlagsFromString('--heap-growing-percent=50')
setFlagsFromString('--semi-space-growth-factor=1')
const startMs = performance.now()
await using opened = new AsyncDisposableStack()
const connected: Session[] = []
while (connected.length < Number(sessions)) {
  connected.push(opened.use(await connect({ host, port: Number(port), user }, database)))
}
const facts = await observeTogether(connected, { source: 'restored', fingerprint: depth === 'rows' })
let bytes = 0
for (const chunk of factsText(facts)) bytes += Buffer.byteLength(chunk)
const reading: Reading = {
  ms: performance.now() - startMs,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  objects: facts.objects.length,
  rows: facts.tables.reduce((sum, { rows }) => sum + Number(rows), 0),
  bytes,
}
writeSync(1, JSON.stringify(reading))
