import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { leaseOwner, type LeaseOwner, type ProcessWatch } from './keep/set-lease.ts'

const ownerOf = /^(\..+\.[0-9a-f]{8}-[0-9a-f-]{27})\.owner$/s
const keptOf = /^\..+\.[0-9a-f]{16}\.part$/s
const said = z.strictObject({
  kind: z.literal('unpublished-set'),
  owner: leaseOwner,
  name: z
    .string()
    .regex(/^[^/\\\u0000-\u001f]+$/)
    .optional(),
  work: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
})
/** Nobody went on with it for so long: it is removed. */
const keptMs = 7 * 24 * 60 * 60_000

/** Where a set is written until it gets its name by a rename. Disposing of it removes what was not renamed. */
export interface UnpublishedFolder extends AsyncDisposable {
  readonly path: string
  /** Disposing of it leaves it for the next that does the same work; false: nothing is ever left here. */
  keep(): boolean
}

export interface UnpublishedOptions {
  /** With it, what killed processes left is removed or gone on with. Without, nobody is written down. */
  readonly processes?: ProcessWatch | undefined
  /** What work it is, by 16 hex digits: what was left of the same is taken up, what was left of other work is removed. */
  readonly work?: string | undefined
}

/**
 * A hidden folder of mode 0700 beside `root`, and beside it a file that says whose it is. The file is there before the
 * folder and until after it, so a folder never lies there without. What processes that have ended left in the same
 * place is removed first, or kept for whoever does that work again.
 */
export async function openUnpublished(root: string, options: UnpublishedOptions = {}): Promise<UnpublishedFolder> {
  const { processes } = options
  const work = processes ? options.work : undefined
  const parent = dirname(root)
  const name = basename(root)
  await mkdir(parent, { recursive: true, mode: 0o700 })
  if (processes) await sweepUnpublished(parent, processes)
  const stem = join(parent, `.${name}.${randomUUID()}`)
  const path = `${stem}.tmp`
  const owner = `${stem}.owner`
  let isKept = false
  const dispose = async (): Promise<void> => {
    if (isKept && work !== undefined) await leaveFor(work, parent, name, path)
    await rm(path, { recursive: true, force: true })
    await rm(owner, { force: true })
  }
  try {
    if (processes) {
      const said = { kind: 'unpublished-set', owner: await processes.identify(), ...(work && { name, work }) }
      await writeFile(owner, `${JSON.stringify(said)}\n`, { flag: 'wx', mode: 0o600 })
    }
    if (work === undefined || !(await takeUp(work, parent, name, path))) await mkdir(path, { mode: 0o700 })
    await chmod(path, 0o700)
  } catch (thrown) {
    await dispose()
    throw thrown
  }
  const keep = (): boolean => (isKept = work !== undefined)
  return { path, keep, [Symbol.asyncDispose]: dispose }
}

/** A rename: of two that come for it, one gets it. */
async function takeUp(work: string, parent: string, name: string, path: string): Promise<boolean> {
  for (const entry of await readdir(parent)) {
    const isOfSet = keptOf.test(entry) && entry.slice(0, -'.0123456789abcdef.part'.length) === `.${name}`
    if (isOfSet && entry !== keptName(name, work)) await rm(join(parent, entry), { recursive: true, force: true })
  }
  return renameIfThere(join(parent, keptName(name, work)), path)
}

/** Of two that were at the same work, what the first left stays. */
async function leaveFor(work: string, parent: string, name: string, path: string): Promise<void> {
  const now = new Date()
  if (await stat(path).catch(whereNone)) await utimes(path, now, now)
  await renameIfThere(path, join(parent, keptName(name, work)))
}

const keptName = (name: string, work: string): string => `.${name}.${work}.part`

/** Removes what ended processes left; one that runs, or that cannot be judged from here, keeps its own. */
async function sweepUnpublished(parent: string, processes: ProcessWatch): Promise<void> {
  for (const entry of await readdir(parent)) {
    if (keptOf.test(entry)) await sweepKept(join(parent, entry))
    const stem = ownerOf.exec(entry)?.[1]
    if (stem === undefined) continue
    const said = await readOwner(join(parent, entry))
    if (said === null || (await processes.livenessOf(said.owner)) !== 'dead') continue
    const path = join(parent, `${stem}.tmp`)
    if (said.work !== null) await leaveFor(said.work, parent, said.name, path)
    await rm(path, { recursive: true, force: true })
    await rm(join(parent, entry), { force: true })
  }
}

async function sweepKept(path: string): Promise<void> {
  const found = await stat(path).catch(whereNone)
  if (found && Date.now() - found.mtimeMs > keptMs) await rm(path, { recursive: true, force: true })
}

/** False: it is not there, or something is where it should go. */
async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) return false
    throw error
  }
}

interface Said {
  readonly owner: LeaseOwner
  readonly name: string
  readonly work: string | null
}

async function readOwner(path: string): Promise<Said | null> {
  try {
    const parsed = said.safeParse(JSON.parse(await readFile(path, 'utf8'))).data
    return parsed ? { owner: parsed.owner, name: parsed.name ?? '', work: parsed.work ?? null } : null
  } catch {
    // Gone meanwhile, not to be read, or cut: nobody can be judged by it.
    return null
  }
}

function whereNone(error: unknown): null {
  if (isCode(error, 'ENOENT')) return null
  throw error
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
