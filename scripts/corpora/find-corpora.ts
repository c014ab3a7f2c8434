import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** A dump to restore. */
export interface CorpusDump {
  readonly name: string
  readonly path: string
  readonly form: 'custom' | 'plain'
}

/** Two schemas of which it is known whether they differ. */
export interface CorpusPair {
  readonly name: string
  readonly a: string
  readonly b: string
  readonly expected: 'differs' | 'same'
}

export interface Corpora {
  readonly dumps: readonly CorpusDump[]
  readonly pairs: readonly CorpusPair[]
}

/** The list of pairs: source, case, `differs` or `same`; the schemas are `<source>/<case>/a.sql` and `b.sql` beside it. */
const pairsFile = 'pairs.tsv'

/** Custom archives (`*.dump`), plain dumps (`*.sql`, also gzip or zstd) and lists of pairs, anywhere below a folder. */
export async function findCorpora(folder: string, only: string | null): Promise<Corpora> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const lists = paths.filter((path) => path.endsWith(`/${pairsFile}`))
  const isOfPair = (path: string): boolean => lists.some((list) => path.startsWith(`${dirname(list)}/`))
  const dumps = paths
    .filter((path) => !isOfPair(path))
    .flatMap((path): CorpusDump[] => {
      const form = path.endsWith('.dump') ? 'custom' : /\.sql(?:\.gz|\.zst)?$/.test(path) ? 'plain' : null
      return form === null ? [] : [{ name: relative(folder, path), path, form }]
    })
  const pairs = (await Promise.all(lists.map((list) => readPairs(list, folder)))).flat()
  const isWanted = ({ name }: { readonly name: string }): boolean => only === null || name.includes(only)
  return { dumps: dumps.filter(isWanted), pairs: pairs.filter(isWanted) }
}

async function readPairs(list: string, folder: string): Promise<readonly CorpusPair[]> {
  const home = dirname(list)
  const lines = (await readFile(list, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const [source = '', title = '', expected = ''] = line.trim().split('\t')
    if (expected !== 'differs' && expected !== 'same')
      throw new Error(`${list}: "${line}" says neither differs nor same`)
    const at = join(home, source, title)
    return { name: relative(folder, at), a: join(at, 'a.sql'), b: join(at, 'b.sql'), expected }
  })
}
