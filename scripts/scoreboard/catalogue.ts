import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { join } from 'node:path'
import type { Failure } from '../../fixtures/failures/types.ts'
import { Fault } from '../../harness/core/index.ts'

const failures = fileURLToPath(new URL('../../fixtures/failures/', import.meta.url))
const docs = fileURLToPath(new URL('../../docs/', import.meta.url))

/** A documented class of failures, as docs/failure-classes.md lists it. */
export interface FailureClass {
  readonly id: string
  readonly title: string
}

const row = /^\| ([A-I]\d{1,2}) \| ([^|]+) \|/gm

/** In the page's order. */
export async function readClasses(): Promise<readonly FailureClass[]> {
  const page = await readFile(join(docs, 'failure-classes.md'), 'utf8')
  return [...page.matchAll(row)].map(([, id = '', title = '']) => ({ id, title: title.trim() }))
}

/** Classes, or parts of them, that can't be caught, with the reason: docs/limits.md. */
export async function readLimits(): Promise<ReadonlyMap<string, string>> {
  const page = await readFile(join(docs, 'limits.md'), 'utf8')
  return new Map([...page.matchAll(row)].map(([, id = '', reason = '']) => [id, reason.trim()]))
}

/** Every folder `fixtures/failures/<id>-<name>`, in order of their ids. */
export async function loadFailures(): Promise<readonly Failure[]> {
  const entries = await readdir(failures, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const loaded = await Promise.all(names.map(loadFailure))
  return loaded.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
}

async function loadFailure(name: string): Promise<Failure> {
  const module = (await import(pathToFileURL(join(failures, name, 'failure.ts')).href)) as { default?: Failure }
  const failure = module.default
  if (!failure || !name.startsWith(`${failure.id}-`) || failure.faces.length === 0) {
    throw new Fault('E_DEFECT', `fixtures/failures/${name} is no failure of that id`)
  }
  return failure
}
