import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'

/* Says `up`, and once it is interrupted passes that on to itself and puts away for a minute. */
const program = `
  const { abortOnSignals } = await import(${JSON.stringify(new URL('interrupt.ts', import.meta.url).href)})
  const { signal } = abortOnSignals()
  setTimeout(() => {}, 60_000)
  signal.addEventListener('abort', () => {
    process.kill(process.pid, 'SIGINT')
    console.log('putting away')
  })
  console.log('up')`

test('one press that arrives twice puts away, a later one ends at once', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  try {
    const said = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]()
    expect(await said.next()).toMatchObject({ value: 'up\n' })
    child.kill('SIGINT')
    expect(await said.next()).toMatchObject({ value: 'putting away\n' })
    await sleep(400)
    expect(child.exitCode).toBe(null)
    child.kill('SIGINT')
    expect(await ended).toEqual([2, null])
  } finally {
    child.kill('SIGKILL')
  }
})
