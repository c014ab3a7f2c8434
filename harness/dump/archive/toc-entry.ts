/** Where in a custom archive an entry's data lies. `unset`: the archive was piped, its blocks must be looked for. */
export type DataPlace = { readonly kind: 'none' | 'unset' } | { readonly kind: 'at'; readonly offset: number }

/** One entry of an archive's table of contents. Texts hold bytes of the dump's encoding, one character each. */
export interface TocEntry {
  readonly dumpId: number
  readonly hasData: boolean
  readonly tag: string
  /** `TABLE`, `TABLE DATA`, `ACL`, …: what `-- Name: …; Type: …` says in a plain dump. */
  readonly type: string
  readonly section: Section
  readonly definition: string
  readonly dropStatement: string
  readonly copyStatement: string
  readonly schema: string | null
  readonly tablespace: string | null
  readonly tableAccessMethod: string | null
  /** `p` for a partitioned table; empty where it is not told. */
  readonly relationKind: string
  readonly owner: string
  readonly dependencies: readonly number[]
  /** Custom archives. */
  readonly place: DataPlace
  /** Directory and tar archives: the file with its data. */
  readonly fileName: string | null
}

export type Section = 'none' | 'pre-data' | 'data' | 'post-data'

export const sections: readonly Section[] = ['none', 'pre-data', 'data', 'post-data']

/** An entry for a person. */
export function nameOf({ type, schema, tag }: Pick<TocEntry, 'type' | 'schema' | 'tag'>): string {
  return Buffer.from(`${type} ${schema === null || schema === '' ? '' : `${schema}.`}${tag}`, 'latin1').toString()
}
