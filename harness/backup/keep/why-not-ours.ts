import { lstat, readdir } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { scrubLine } from '../../core/index.ts'
import { isDump } from '../choose-restore.ts'
import { isStorageFile, storageManifest } from '../storage/index.ts'
import { isLeaseName } from './set-lease.ts'
import type { Survey, SurveyedSet } from './survey-sets.ts'

/** Why a set is not one that may be deleted as a whole: what it is made of, or what lies beside it. Null: it may. */
export async function whyNotOurs(surveyed: SurveyedSet, survey: Survey): Promise<string | null> {
  const { set } = surveyed
  if (surveyed.createdAt === null || set.createdAtSource === 'file time') {
    return "only its files' times say when it was taken: seal it, or date its name"
  }
  return set.root === survey.folder ? whyNotLoose(surveyed) : whyNotFolder(surveyed, survey)
}

/** Loose files leave one by one: only where the first that goes is the only dump is there never a half set. */
async function whyNotLoose({ set }: SurveyedSet): Promise<string | null> {
  if (set.files.filter((file) => isDump(file)).length !== 1) {
    return 'its dumps lie loose in the folder: give it a folder of its own'
  }
  if (set.files.some(({ form }) => form === 'directory')) return 'it shares its folder with others'
  for (const { name } of set.files.flatMap(({ parts }) => parts)) {
    if ((await lstat(join(set.root, name))).isSymbolicLink()) return `${scrubLine(name)} is a symlink`
  }
  return null
}

async function whyNotFolder({ set }: SurveyedSet, survey: Survey): Promise<string | null> {
  if (dirname(set.root) !== survey.folder) return 'it does not lie in this folder'
  if (survey.sets.filter((other) => other.set.root === set.root).length > 1) return 'it shares its folder with others'
  const own = new Set(set.files.flatMap(({ parts }) => parts.map(({ name }) => name)))
  // Files of Storage, whatever they are called: beside their manifest they are its own.
  const hasStorage = own.has(storageManifest)
  for (const entry of await readdir(set.root, { recursive: true, withFileTypes: true })) {
    const name = relative(set.root, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (hasStorage && isStorageFile(name)) continue
    if (entry.isDirectory()) {
      if (entry.name.startsWith('.')) return `it holds ${scrubLine(entry.name)}, which is not part of it`
      continue
    }
    if (name === 'manifest.json' && set.sealed) continue
    if (isLeaseName(name)) continue
    if (!own.has(name) || isStranger(name, set.files)) return `it holds ${scrubLine(name)}, which is not part of it`
  }
  return null
}

/** In a set without a manifest every file counts as part of it; what is neither dump nor beside one may be somebody's. */
function isStranger(name: string, files: SurveyedSet['set']['files']): boolean {
  const file = files.find((own) => own.name === name)
  if (!file || file.kindSource === 'manifest' || file.kind !== 'other') return false
  if (/(?:^|\/)(?:sha\d*|md5|b3)sums?(?:\.txt)?$/i.test(name)) return false
  return !files.some((dump) => dump !== file && isDump(dump) && name.startsWith(`${dump.name}.`))
}
