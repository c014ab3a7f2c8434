import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, formatBytes, scrubLine } from '../../core/index.ts'
import { daemonFault } from './daemon-fault.ts'
import { readTail, type RunningContainer } from './running-container.ts'

/** The connection breaks before the daemon knows that the container has ended. */
const settlingMs = 1_500

interface Fate {
  readonly ended: boolean
  readonly exitCode: number
  readonly outOfMemory: boolean
  readonly memoryBytes: number
}

/**
 * Why a session of the container was lost, as the daemon and the server's log tell it: out of memory, out of room,
 * ended, no daemon. The fault itself where nothing more is known. Never the backup's: all of these are the machine's.
 */
export async function explainLoss(container: RunningContainer, lost: Fault): Promise<Fault> {
  if (lost.code === 'E_DISK_FULL') return noRoom(container, lost)
  if (lost.code !== 'E_ENGINE_CRASHED' && lost.code !== 'E_ENGINE_START') return lost
  try {
    const fate = await settledFate(container)
    if (fate === null) return ended('was removed by somebody else', 'see who removes containers here; run again', lost)
    const tail = await readTail(container, 8)
    if (fate.outOfMemory) return outOfMemory(container, fate, lost)
    if (/No space left on device/.test(tail)) return noRoom(container, lost)
    if (!fate.ended) return lost
    const how = fate.exitCode === 137 ? 'was killed (exit code 137)' : `has ended (exit code ${fate.exitCode})`
    return ended(how, `see the end of its log: ${scrubLine(tail.split('\n').slice(-3).join(' '), 400)}`, lost)
  } catch (thrown) {
    const fault = daemonFault(thrown)
    if (fault instanceof Fault) return fault
    throw thrown
  }
}

async function settledFate(container: RunningContainer): Promise<Fate | null> {
  const end = performance.now() + settlingMs
  for (;;) {
    const fate = await readFate(container)
    if (fate === null || fate.ended || fate.outOfMemory || performance.now() > end) return fate
    await sleep(100)
  }
}

async function readFate({ docker, id, startedAt }: RunningContainer): Promise<Fate | null> {
  try {
    const { State, HostConfig } = await docker.getContainer(id).inspect()
    return {
      ended: !State.Running,
      exitCode: State.ExitCode,
      // The flag is about the first process; a session that was killed alone is an event.
      outOfMemory: State.OOMKilled || (await hasEvent(docker, id, startedAt)),
      memoryBytes: HostConfig.Memory ?? 0,
    }
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return null
    throw error
  }
}

async function hasEvent(docker: RunningContainer['docker'], id: string, since: number): Promise<boolean> {
  const events = await docker.getEvents({
    since,
    until: Math.floor(Date.now() / 1_000) + 1,
    filters: { container: [id], event: ['oom'] },
  })
  let text = ''
  for await (const chunk of events) text += String(chunk)
  return text.trim() !== ''
}

function outOfMemory({ dataBytes }: RunningContainer, { memoryBytes }: Fate, cause: Fault): Fault {
  const limit = memoryBytes > 0 ? ` (its limit is ${formatBytes(memoryBytes)})` : ''
  return new Fault('E_ENGINE_CRASHED', `the container ran out of memory${limit}`, {
    hint: `give the container daemon more memory${dataBytes !== null ? ': the data lies in it too' : ''}; or use another engine`,
    facts: { outOfMemory: true, memoryBytes },
    cause,
  })
}

function noRoom(container: RunningContainer, cause: Fault): Fault {
  const size = container.dataBytes === null ? '' : ` of ${formatBytes(container.dataBytes)}`
  return new Fault('E_DISK_FULL', `the data folder${size} of the container is full`, {
    hint: 'give the container daemon more memory or disk; or the dump holds something that grows without end (a view, a default)',
    cause,
  })
}

function ended(how: string, hint: string, cause: Fault): Fault {
  return new Fault('E_ENGINE_CRASHED', `the container of the disposable server ${how}`, { hint, cause })
}
