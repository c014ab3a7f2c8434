// `npm start` and `npm test` on a bare clone: installs what the lock file says if it isn't there, then runs the command
// on the Node that came with it. Plain JavaScript, for whatever Node the machine has.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }

const commands = {
  start: ['bin/rehearse.mjs', 'run', '--config', 'fixtures/edupath/rehearsal.config.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
}

const [name, ...rest] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  console.error(`usage: node scripts/bootstrap.mjs ${Object.keys(commands).join('|')}`)
  process.exit(64)
}
if (!isInstalled()) install()
handOver(nodePath(), [...command, ...rest])

/** Whether every package that the lock file needs is there, in its version. */
function isInstalled() {
  const installed = readLock(join(root, 'node_modules/.package-lock.json'))
  if (!installed) return false
  return Object.entries(readLock(join(root, 'package-lock.json'))).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  )
}

function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : null
}

function install() {
  console.error('installing dependencies (once, about a minute) …')
  const npm = process.env.npm_execpath
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const code = npm ? run(process.execPath, [npm, ...options]) : run('npm', options)
  if (code !== 0) {
    console.error('npm ci failed: see above; check the connection to the package registry')
    process.exit(2)
  }
}

function nodePath() {
  try {
    return createRequire(join(root, 'package.json')).resolve(`node-${process.platform}-${process.arch}/bin/node`)
  } catch {
    return process.execPath
  }
}

/** The command takes our place: it gets our signals, and when we are killed, its end of the channel tells it. */
function handOver(file, args) {
  const child = spawn(file, args, { cwd: root, env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => console.error(error.message))
  child.on('close', (code) => process.exit(code ?? 70))
}

function run(file, args) {
  const { status, error } = spawnSync(file, args, { cwd: root, stdio: 'inherit', env })
  if (error) console.error(error.message)
  return status ?? 70
}
