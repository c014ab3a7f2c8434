import { Fault } from '../../core/index.ts'
import { bareEtag } from './etag.ts'
import type { ObjectFacts } from './types.ts'

interface ListedMetadata {
  readonly [key: string]: unknown
}

interface Listed {
  readonly name: string
  readonly key?: string | undefined
  readonly id?: string | null | undefined
  readonly updated_at?: string | null | undefined
  readonly metadata?: ListedMetadata | null | undefined
}

/** The two listings of the API. */
export interface Listings {
  /** Everything under the bucket, a page a call, by cursor. Younger; marked experimental; absent from old projects. */
  flat(cursor: string | null): Promise<{
    readonly hasNext: boolean
    readonly nextCursor?: string | undefined
    readonly objects: readonly Listed[]
  }>
  /** One folder: objects, and folders, which have no id. */
  level(prefix: string, offset: number): Promise<readonly Listed[]>
}

/* A page that holds fewer than the API's own default ends a folder. Any other may have been cut to a limit of its own. */
const smallestPage = 100

/** Every object of a bucket. Where the flat listing is missing, folder by folder. */
export async function* walkBucket(bucket: string, listings: Listings): AsyncGenerator<readonly ObjectFacts[]> {
  const first = await firstPage(listings)
  yield* withoutTwins(first ? flatly(first, listings) : folderByFolder(listings), bucket)
}

type FlatPage = Awaited<ReturnType<Listings['flat']>>

async function firstPage(listings: Listings): Promise<FlatPage | null> {
  try {
    return await listings.flat(null)
  } catch (thrown) {
    const status = thrown instanceof Fault && thrown.code === 'E_STORE_FAILED' ? thrown.facts['status'] : null
    if (status === 400 || status === 404 || status === 405 || status === 409 || status === 501) return null
    throw thrown
  }
}

async function* flatly(first: FlatPage, listings: Listings): AsyncGenerator<readonly Listed[]> {
  let page = first
  for (;;) {
    yield page.objects.map((object) => ({ ...object, name: object.key ?? object.name }))
    if (!page.hasNext) return
    const { nextCursor } = page
    if (nextCursor === undefined) {
      throw new Fault('E_STORE_FAILED', 'the listing says that there is more, and not where', { hint: 'run again' })
    }
    page = await listings.flat(nextCursor)
    if (page.hasNext && page.nextCursor === nextCursor) {
      throw new Fault('E_STORE_FAILED', 'the listing does not move on', { hint: 'run again' })
    }
  }
}

async function* folderByFolder(listings: Listings): AsyncGenerator<readonly Listed[]> {
  const folders = ['']
  for (let prefix = folders.pop(); prefix !== undefined; prefix = folders.pop()) {
    for (let offset = 0; ;) {
      const page = await listings.level(prefix, offset)
      yield page.filter(isObject).map((object) => ({ ...object, name: `${prefix}${object.name}` }))
      for (const { name } of page.filter((entry) => !isObject(entry))) folders.push(`${prefix}${name}/`)
      offset += page.length
      if (page.length < smallestPage) break
    }
  }
}

const isObject = ({ id }: Listed): boolean => id !== null && id !== undefined

/** Rows that were written or deleted meanwhile move others from page to page; a twin on a neighbouring page is dropped. */
async function* withoutTwins(
  pages: AsyncIterable<readonly Listed[]>,
  bucket: string,
): AsyncGenerator<readonly ObjectFacts[]> {
  let recent: readonly Set<string>[] = []
  for await (const page of pages) {
    const names = new Set<string>()
    const fresh: ObjectFacts[] = []
    for (const listed of page) {
      if (names.has(listed.name) || recent.some((earlier) => earlier.has(listed.name))) continue
      names.add(listed.name)
      fresh.push(toFacts(bucket, listed))
    }
    recent = [...recent, names].slice(-3)
    if (fresh.length > 0) yield fresh
  }
}

function toFacts(bucket: string, { name, metadata, updated_at: updatedAt }: Listed): ObjectFacts {
  const text = (key: string): string | null => (typeof metadata?.[key] === 'string' ? metadata[key] : null)
  const size = metadata?.['size'] ?? metadata?.['contentLength']
  return {
    bucket,
    name,
    bytes: typeof size === 'number' ? size : null,
    etag: bareEtag(text('eTag')),
    mimetype: text('mimetype'),
    cacheControl: text('cacheControl'),
    updatedAt: updatedAt ?? null,
  }
}
