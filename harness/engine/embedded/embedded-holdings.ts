import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readExtensionFiles } from '../extension-files.ts'
import type { Holdings } from '../holdings.ts'
import type { EngineDemand } from '../types.ts'
import type { Binaries } from './find-binaries.ts'
import { bareEnvironment, runProgram } from './run-program.ts'

/** Longer lists of locales than any system has. */
const listBytes = 1024 ** 2

/**
 * Languages whose interpreter, with its own files, is the machine's: the packages were built for other versions than most
 * machines have, and the server sees no file of the machine's. So they are none of ours, even where one would load.
 */
const interpreted = /(?:^|_)pl(?:perl|python\d|tcl)u?$/

/**
 * What these binaries hold on this machine. Of the extensions that are asked for, those whose library lacks one of its
 * own are left out: their control file is there, and they can not be created.
 */
export async function embeddedHoldings(binaries: Binaries, demands: readonly EngineDemand[]): Promise<Holdings> {
  const extensions = new Map(
    readExtensionFiles(await readdir(join(binaries.folder, 'share', 'postgresql', 'extension'))),
  )
  for (const name of extensions.keys()) if (interpreted.test(name)) extensions.delete(name)
  const asked = demands.filter(({ kind }) => kind === 'extension' || kind === 'language')
  for (const name of new Set(asked.map((demand) => demand.name))) {
    if (extensions.has(name) && !(await canLoad(binaries, name, new Set()))) extensions.delete(name)
  }
  const isAsked = (kind: EngineDemand['kind']): boolean => demands.some((demand) => demand.kind === kind)
  return {
    major: binaries.major,
    extensions,
    libcLocales: isAsked('libc locale') ? await listLocales() : null,
    libraries: isAsked('library') ? await listLibraries(binaries) : null,
  }
}

/** Whether an extension's library, and those of the extensions it requires, find theirs. */
async function canLoad(binaries: Binaries, name: string, seen: Set<string>): Promise<boolean> {
  if (seen.has(name)) return true
  seen.add(name)
  const control = await readControl(binaries, name)
  if (control === null) return false
  const library = /^\s*module_pathname\s*=\s*'\$libdir\/([\w.-]+)'/m.exec(control)?.[1]
  if (library !== undefined && !(await findsItsLibraries(binaries, library))) return false
  const required = /^\s*requires\s*=\s*'([^']*)'/m.exec(control)?.[1] ?? ''
  for (const other of required.split(',').map((word) => word.trim())) {
    if (other !== '' && !(await canLoad(binaries, other, seen))) return false
  }
  return true
}

async function readControl({ folder }: Binaries, name: string): Promise<string | null> {
  try {
    return await readFile(join(folder, 'share', 'postgresql', 'extension', `${name}.control`), 'utf8')
  } catch {
    // Required, and not there.
    return null
  }
}

/** Only Linux tells; elsewhere the server does, when it is asked to. */
async function findsItsLibraries({ folder }: Binaries, library: string): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const path = join(folder, 'lib', 'postgresql', `${library}.so`)
  const told = answers.get(path)
  if (told !== undefined) return told
  const { output } = await runProgram('ldd', [path])
  const answer = !/=> not found/.test(output)
  answers.set(path, answer)
  return answer
}

/** By a library's path: what is installed stays as it is while we run. */
const answers = new Map<string, boolean>()

async function listLibraries({ folder }: Binaries): Promise<ReadonlySet<string>> {
  const files = await readdir(join(folder, 'lib', 'postgresql'))
  return new Set(files.map((file) => file.replace(/\.(?:so|dylib|dll)$/, '')))
}

async function listLocales(): Promise<readonly string[] | null> {
  try {
    const { stdout } = await promisify(execFile)('locale', ['-a'], { env: bareEnvironment, maxBuffer: listBytes })
    return stdout.split('\n').filter((line) => line !== '')
  } catch {
    // No such program: what the server lacks then shows as a refused statement.
    return null
  }
}
