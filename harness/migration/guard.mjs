// Ends every process of a command: when the pipe from the harness closes, whether it closed it or was killed.
// Input: a line of JSON, { marker }: what the environment of those processes holds; a second one, { leader }: the first
// of them, which leads a group. Output: the names of the programs that were ended, as JSON.
// A process counts that carries the marker, that is in the group, or that descends from one of those.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const rounds = 100
const pauseMs = 10

let input = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (text) => {
  input += text
})
process.stdin.on('end', () => {
  const words = Object.assign({}, ...input.split('\n').filter(Boolean).map(JSON.parse))
  end(words, new Map(), rounds)
})
// Nobody may be left to hear it.
process.stdout.on('error', () => {})

function end(words, ended, left) {
  const found = victims(words)
  for (const { pid, name } of found) {
    ended.set(pid, name)
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has gone by itself.
    }
  }
  // Once more after the last: one that was just being forked is seen then.
  if (left > 0 && (found.length > 0 || left === rounds)) setTimeout(end, pauseMs, words, ended, left - 1)
  else process.stdout.write(JSON.stringify([...ended].map(([pid, name]) => ({ pid, name }))))
}

function victims({ marker, leader }) {
  const all = process.platform === 'linux' ? listProcesses(marker) : listByPs()
  const chosen = new Set(all.filter(({ group, marked }) => marked || group === leader).map(({ pid }) => pid))
  for (let before = -1; before !== chosen.size;) {
    before = chosen.size
    for (const { pid, parent } of all) if (chosen.has(parent)) chosen.add(pid)
  }
  chosen.delete(process.pid)
  return all.filter(({ pid, state }) => chosen.has(pid) && state !== 'Z' && state !== 'X')
}

function listProcesses(marker) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
        const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
        return [{ pid: +pid, parent: +parent, group: +group, state, name, marked: carries(pid, marker) }]
      } catch {
        return []
      }
    })
}

/** Of other users' processes nothing can be read. */
function carries(pid, marker) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(marker)
  } catch {
    return false
  }
}

function listByPs() {
  const text = execFileSync('/bin/ps', ['-axo', 'pid=,ppid=,pgid=,stat=,comm='], { encoding: 'utf8' })
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S)\S*\s+(.*)$/.exec(line)
    if (!match) return []
    const [, pid, parent, group, state, name] = match
    return [{ pid: +pid, parent: +parent, group: +group, state, name, marked: false }]
  })
}
