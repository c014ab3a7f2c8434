// Keeps our code compiled from one start to the next: without it, every start strips and compiles all of our
// TypeScript again, which takes longer than starting a server. In the cache folder, once a run has made that, and only
// where nobody else can write: what lies there is run.
import { lstatSync, mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { defaultCacheFolder } from '../harness/core/cache-folder.ts'

const cache = defaultCacheFolder()
const folder = join(cache, 'compiled')
if (process.env.NODE_COMPILE_CACHE === undefined && isOurs(cache) && made(folder) && isOurs(folder)) {
  enableCompileCache(folder)
  // For the process that runs the specs. Nothing else that we start is given our environment.
  process.env.NODE_COMPILE_CACHE = folder
}

function isOurs(path) {
  try {
    const stat = lstatSync(path)
    return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
  } catch {
    return false
  }
}

function made(path) {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return true
  } catch {
    // A full or read-only disk: slower, but as good.
    return false
  }
}
