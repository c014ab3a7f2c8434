import { describe, expect, it } from 'vitest'
import { readExtensionFiles } from './extension-files.ts'
import { demandsOf, lacksOf, landingMajor, type Holdings } from './holdings.ts'
import type { EngineDemand } from './types.ts'

const holdings: Holdings = {
  major: 17,
  extensions: readExtensionFiles([
    'hstore.control',
    'hstore--1.4.sql',
    'hstore--1.4--1.5.sql',
    'hstore--1.5--1.6.sql',
    'hstore--1.1--1.2.sql',
    'bloom.control',
    'bloom--1.0.sql',
    'plperl.control',
    'orphan--1.0.sql',
  ]),
  libcLocales: ['C', 'C.utf8', 'en_US.utf8', 'POSIX'],
  libraries: new Set(['hstore']),
}
const demand = (kind: EngineDemand['kind'], name: string, ...objects: string[]): EngineDemand => ({
  kind,
  name,
  version: null,
  objects,
  callers: [],
})
const lacks = (...demands: readonly EngineDemand[]) => lacksOf(demands, holdings, (what) => `get ${what}`)

describe('what a server lacks', () => {
  it.each([
    demand('extension', 'hstore'),
    { ...demand('extension', 'hstore'), version: '1.6' },
    demand('language', 'plperl'),
    demand('library', '$libdir/hstore'),
    demand('libc locale', 'en_US.UTF-8'),
    demand('libc locale', 'C.UTF-8'),
    demand('icu locale', 'de-u-co-phonebk'),
    demand('builtin locale', 'C.UTF-8'),
    demand('access method', 'bloom'),
  ])('is not $kind $name, which it holds', (held) => {
    expect(lacks(held)).toEqual([])
  })

  it.each([
    [demand('extension', 'postgis', 'postgis'), 'extension postgis'],
    [{ ...demand('extension', 'hstore', 'hstore'), version: '9.9' }, 'extension hstore 9.9'],
    // An update script, and nothing that it could update.
    [{ ...demand('extension', 'hstore', 'hstore'), version: '1.2' }, 'extension hstore 1.2'],
    [demand('extension', 'orphan', 'orphan'), 'extension orphan'],
    [demand('language', 'plv8', 'public.f'), 'language plv8'],
    [demand('library', '$libdir/ours', 'public.f'), 'library $libdir/ours'],
    [demand('library', '/opt/lib/hstore', 'public.f'), 'library /opt/lib/hstore'],
    [demand('libc locale', 'fr_FR.utf8', 'public.t'), 'libc locale fr_FR.utf8'],
    [demand('libc locale', 'en_US.ISO-8859-1', 'public.t'), 'libc locale en_US.ISO-8859-1'],
    [demand('builtin locale', 'PG_UNICODE_FAST', 'public.t'), 'builtin locale PG_UNICODE_FAST'],
    [demand('access method', 'hnsw', 'public.i'), 'access method hnsw'],
  ])('is said with its remedy and its objects: $1', (missing, what) => {
    expect(lacks(missing)).toMatchObject([{ what, remedy: `get ${what}`, fatal: false, objects: missing.objects }])
  })

  it('is the extension, where that would bring the rest', () => {
    const both = lacks(demand('extension', 'vector', 'vector'), demand('access method', 'hnsw', 'public.i'))
    expect(both.map(({ what, objects }) => [what, objects])).toEqual([['extension vector', ['vector', 'public.i']]])
    expect(lacks(demand('extension', 'plv8', 'plv8'), demand('language', 'plv8', 'public.f'))).toMatchObject([
      { what: 'extension plv8', objects: ['plv8', 'public.f'] },
    ])
  })

  it("is only said of a database's own locale, and not of one that a column asks for too", () => {
    const french = (...objects: readonly string[]) => lacks(demand('libc locale', 'fr_FR.UTF-8', ...objects))
    expect(french('database shop')).toMatchObject([{ isSlight: true, notice: expect.stringContaining('sort') }])
    expect(french('database shop', 'public.t')).toMatchObject([{ objects: ['database shop', 'public.t'] }])
    expect(french('database shop', 'public.t')[0]?.notice).toBeUndefined()
  })

  it('is only said of a tablespace: its objects come back elsewhere', () => {
    expect(lacks(demand('tablespace', 'fast'))).toMatchObject([
      { fatal: false, notice: expect.stringContaining('fast') },
    ])
  })

  it('is nothing where it is not known before the server runs', () => {
    const unknown: Holdings = { major: null, extensions: null, libcLocales: null, libraries: null }
    const all = (['extension', 'language', 'library', 'libc locale', 'builtin locale', 'access method'] as const).map(
      (kind) => demand(kind, 'x'),
    )
    expect(lacksOf(all, unknown, String)).toEqual([])
  })
})

it('knows the extensions of a need that lists no more than names', () => {
  const need = { major: 17, plainBytes: 0, superuser: 'postgres', extensions: ['hstore', 'postgis'] }
  const known = { ...demand('extension', 'hstore', 'hstore'), version: '1.4' }
  expect(demandsOf({ ...need, demands: [known] })).toEqual([known, demand('extension', 'postgis', 'postgis')])
})

it.each([
  [15, [17, 15], 15],
  [16, [18, 17, 15], 17],
  [13, [18, 17, 15], 15],
  [18, [17, 15], null],
  [null, [15, 18, 17], 18],
  [null, [], null],
])('a dump of %s lands, with %j at hand, on %s', (asked, atHand, landing) => {
  expect(landingMajor(asked, atHand)).toBe(landing)
})
