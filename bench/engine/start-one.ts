// Starts one disposable database, asks it a question, says how long that took since this program's first line, and
// ends it. A process of its own for each: nothing of one start is warm for the next but what it leaves on the machine.
import '../../bin/keep-compiled.mjs'
import { readyDatabases } from './ready-databases.ts'

const [kind = '', folder = '', major = ''] = process.argv.slice(2)
const ready = readyDatabases[kind]
if (ready === undefined) throw new TypeError(`there is no start "${kind}"`)
const startMs = performance.now()
const stop = await ready({ folder, major: Number(major) })
process.stdout.write(`${JSON.stringify({ ms: performance.now() - startMs })}\n`)
await stop()
