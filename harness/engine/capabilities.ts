import { advisories, floorOf, floorsAsOf, type Program } from './floors.ts'
import type { EngineKind } from './types.ts'

/** What an engine can hold and how it is shut in, as the documents print it. */
export interface Capability {
  readonly what: string
  readonly by: Readonly<Record<EngineKind, string>>
}

export const capabilities: readonly Capability[] = [
  {
    what: 'majors',
    by: {
      embedded: 'those whose npm package is installed; 15 and 17 come with rehearse',
      container: 'any with an image here, or that can be pulled',
      server: 'its own, if the dump is of none newer',
    },
  },
  {
    what: 'extensions',
    by: {
      embedded: 'contrib; of the languages PL/pgSQL alone',
      container: "the image's: contrib in postgres:N; PostGIS, pgvector, Supabase's by their images",
      server: 'those that are installed there',
    },
  },
  {
    what: 'versions of extensions',
    by: {
      embedded: 'those that its scripts make or update to',
      container: "those that the image's scripts make or update to",
      server: "the server's default",
    },
  },
  {
    what: 'restores as',
    by: {
      embedded: 'superuser; where it is not shut in, a role that is none',
      container: 'superuser',
      server: 'the login you name; a superuser only if you name it twice',
    },
  },
  {
    what: 'locales of libc',
    by: {
      embedded: "this machine's (`locale -a`)",
      container: "the image's (en_US.utf8 in postgres:N)",
      server: "the server's",
    },
  },
  {
    what: 'locales of ICU',
    by: { embedded: 'ICU 60', container: "the image's ICU", server: "the server's ICU" },
  },
  {
    what: 'locales of the server itself',
    by: { embedded: 'from 17 on', container: 'from 17 on', server: 'from 17 on' },
  },
  {
    what: 'encodings',
    by: { embedded: 'all', container: 'all', server: 'all' },
  },
  {
    what: "Supabase's roles and schemas",
    by: {
      embedded: 'stand-ins, laid in where the dump leaves them to the platform',
      container: 'as embedded; an image may bring its own',
      server: 'as embedded',
    },
  },
  {
    what: 'tablespaces',
    by: {
      embedded: 'their objects lie in the default one',
      container: 'their objects lie in the default one',
      server: 'their objects lie in the default one',
    },
  },
  {
    what: 'clones for specs and migrations',
    by: { embedded: 'yes', container: 'yes', server: 'no' },
  },
  {
    what: 'isolation',
    by: {
      embedded: 'own network, processes and files where Linux allows; the evidence says which',
      container: 'no network on Linux, else 127.0.0.1; few rights; limits',
      server: "none: the server's network and neighbours",
    },
  },
  {
    what: 'costs',
    by: { embedded: 'a fraction of a second', container: 'some seconds', server: 'depends on the way there' },
  },
]

const kinds = ['embedded', 'container', 'server'] as const

/** The table of {@link capabilities}, in Markdown. */
export function capabilityTable(): string {
  return [
    `| | ${kinds.join(' | ')} |`,
    `|---|${kinds.map(() => '---|').join('')}`,
    ...capabilities.map(({ what, by }) => `| ${what} | ${kinds.map((kind) => by[kind]).join(' | ')} |`),
  ].join('\n')
}

const programs: readonly Program[] = ['psql', 'pg_restore', 'pg_dump', 'server']
const flooredMajors = [14, 15, 16, 17, 18] as const

/** By program and major the first minor without a known hole, and what is known, in Markdown. */
export function floorTable(): string {
  const floors = programs.map(
    (program) => `| ${program} | ${flooredMajors.map((major) => floorOf(program, major) ?? 'none').join(' | ')} |`,
  )
  return [
    `As of ${floorsAsOf}:`,
    '',
    `| | ${flooredMajors.join(' | ')} |`,
    `|---|${flooredMajors.map(() => '---|').join('')}`,
    ...floors,
    '',
    '| known | in | lets |',
    '|---|---|---|',
    ...advisories.map(({ cve, programs: own, what }) => `| ${cve} | ${own.join(', ')} | ${what} |`),
  ].join('\n')
}
