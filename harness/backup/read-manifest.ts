import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { scrubLine } from '../core/index.ts'
import { findDuplicateKey } from './find-duplicate-key.ts'
import { manifestSchema } from './manifest-schema.ts'
import { manifestName } from './manifest-name.ts'
import type { Manifest } from './types.ts'

/* A manifest of 100,000 files is about 20 MB. */
const maxBytes = 32 << 20

/** A set's manifest, or why it can't be believed. Nothing of a manifest with a fault in it is used. */
export type ManifestReading =
  | { readonly manifest: Manifest; readonly fault: null }
  | { readonly manifest: null; readonly fault: string }

/** Reads `manifest.json` strictly: one document, UTF-8, no key twice, no field unknown, no file named twice. */
export async function readManifest(path: string): Promise<ManifestReading> {
  const bytes = await readBounded(path)
  return bytes === null ? unbelievable(`is larger than ${maxBytes} bytes`) : parseManifest(bytes)
}

export function parseManifest(bytes: Uint8Array): ManifestReading {
  if (bytes.length === 0) return unbelievable('is empty')
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return unbelievable('begins with a byte order mark')
  let text: string
  let json: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return unbelievable('is not UTF-8')
  }
  try {
    json = JSON.parse(text)
  } catch (error) {
    return unbelievable(`is not JSON: ${error instanceof Error ? scrubLine(error.message, 120) : 'unreadable'}`)
  }
  const twice = findDuplicateKey(text)
  if (twice !== null) return unbelievable(`has the key "${scrubLine(twice, 60)}" twice in one object`)
  const parsed = manifestSchema.safeParse(json)
  if (!parsed.success) {
    const said = parsed.error.issues.slice(0, 3).map((issue) => {
      const at = issue.path.map(String).join('.')
      return at === '' ? issue.message : `${at}: ${issue.message}`
    })
    return unbelievable(`says what no manifest may say: ${scrubLine(said.join('; '), 300)}`)
  }
  const double = doubleName(parsed.data)
  if (double !== null) return unbelievable(`lists "${scrubLine(double, 100)}" twice`)
  if (parsed.data.files.some((file) => file.name === manifestName)) return unbelievable('lists itself')
  return { manifest: parsed.data, fault: null }
}

function unbelievable(fault: string): ManifestReading {
  return { manifest: null, fault }
}

/** Names that differ by case only are one file on many disks. */
function doubleName(manifest: Manifest): string | null {
  const seen = new Set<string>()
  for (const { name } of manifest.files) {
    const key = name.normalize('NFC').toLowerCase()
    if (seen.has(key)) return name
    seen.add(key)
  }
  return null
}

async function readBounded(path: string): Promise<Buffer | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const { size } = await file.stat()
    if (size > maxBytes) return null
    return await file.readFile()
  } finally {
    await file.close()
  }
}
