import { generateKeyPairSync } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { expect } from 'vitest'
import type { Manifest } from '../../../harness/backup/index.ts'
import { inspectDump, type DumpSummary } from '../../../harness/dump/index.ts'
import { chakai } from './samples.ts'
import { playStorageFiles } from './storage-files.ts'
import type { PlayedDocument } from './types.ts'
import type { User } from './user.ts'
import { day } from './migration-day.ts'

/** The tables that the strategy exports one by one. */
const applicationTables = ['objects', 'media', 'accounts', 'local_classes', 'chakai']
const referenceTables = ['classifications', 'tea_schools', 'locations']
const critical = [...applicationTables, ...referenceTables].map((table) => ` --critical public.${table}`).join('')

/** A file of the last set, read by the command. */
async function inspect(user: User, file: string): Promise<DumpSummary> {
  const { stdout } = await user.types(['inspect', `${user.set}/${file}`, '--json'])
  const inspected = JSON.parse(stdout) as DumpSummary
  expect(inspected.completeness).toBe('complete')
  return inspected
}

const rowsOf = ({ tables }: Pick<DumpSummary, 'tables'>) => tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0)

/** One by the command, which takes a second to start; the others are read as it reads them. */
async function expectTables(user: User, [first = '', ...others]: readonly string[]): Promise<void> {
  const fileOf = (table: string) => `table_public_${table}_backup.sql`
  const read = [await inspect(user, fileOf(first))]
  for (const table of others) read.push(await inspectDump(`${user.set}/${fileOf(table)}`))
  const tables = read.flatMap((one) => one.tables.map(({ schema, name }) => `${schema}.${name}`))
  expect(tables).toEqual([first, ...others].map((table) => `public.${table}`))
  for (const one of read) expect(rowsOf(one)).toBeGreaterThan(5)
}

const exact = 'every row equal to production at the moment of the dump'

export const strategy: PlayedDocument = {
  title: 'The backup strategy',
  sample: chakai,
  steps: [
    {
      section: 'Overview',
      async play(user) {
        await user.does('init')
        await user.writeConfig()
        expect(await user.gets(64, 'run')).toContain('backups')
      },
    },
    {
      section: '1. Supabase CLI Database Dump, Complete Database Backup: full, schema-only, data-only',
      async play(user) {
        await user.backsUp(` --artefacts all${critical}`)
        const rows = async (file: string) => rowsOf(await inspectDump(`${user.set}/${file}`))
        const all = rowsOf(await inspect(user, 'full_database_backup.dump'))
        expect(all).toBeGreaterThan(1000)
        expect(await rows('data_only_backup.sql')).toBe(all)
        expect(await rows('schema_only_backup.sql')).toBe(0)
      },
    },
    {
      section: '1. Supabase CLI Database Dump, Specific Schema Backups: public, auth',
      async play(user) {
        // This database has no `auth`: `archive` stands for a second schema.
        for (const schema of ['public', 'archive']) {
          const file = schema === 'public' ? 'public_schema_backup.sql' : `schema_${schema}_backup.sql`
          const { tables } = await inspectDump(`${user.set}/${file}`)
          expect(new Set(tables.map((table) => table.schema))).toEqual(new Set([schema]))
        }
      },
    },
    {
      section: '2. Critical Data Exports, Application Tables (High Priority)',
      play: async (user) => expectTables(user, applicationTables),
    },
    { section: '2. Critical Data Exports, Reference Data', play: async (user) => expectTables(user, referenceTables) },
    {
      section: '3. Supabase Storage Backup, Media Files and Assets',
      play: playStorageFiles,
    },
    {
      section: '4. Configuration and Metadata Backup, Database Configuration: policies, functions, triggers',
      async play(user) {
        expect((await inspect(user, 'functions_triggers_backup.sql')).entries).toMatchObject({
          FUNCTION: expect.any(Number),
          TRIGGER: expect.any(Number),
        })
        await inspect(user, 'policies_backup.sql')
      },
    },
    {
      section: 'Pre-Migration Backup Checklist, 1. Environment Preparation',
      async play(user) {
        expect(await user.does('doctor')).toContain('embedded')
        expect((await user.asks('SELECT 1 AS one'))[0]).toEqual({ one: '1' })
      },
    },
    {
      section: 'Pre-Migration Backup Checklist, 2. Execute Complete Backup',
      async play(user) {
        const written = await user.whileWritten(async () => user.backsUp(' --label pre-migration --name before'))
        expect(written).toBeGreaterThan(0)
      },
    },
    {
      section: 'Pre-Migration Backup Checklist, 3. Backup Verification, and the test restore',
      async play(user) {
        await user.does('verify')
        const written = await user.whileWritten(async () => {
          expect(await user.does('run')).toContain(exact)
        })
        expect(written).toBeGreaterThan(0)
      },
    },
    {
      section: 'Storage Strategy: local, cloud, manifest',
      async play(user) {
        expect(await user.does('push --to elsewhere')).toContain('written and read back')
        await user.does('verify --from elsewhere')
        await user.does('fetch --from elsewhere --out fetched')
        expect(await readdir(user.project.path('fetched'))).toHaveLength(1)
        await user.does('log')
        expect(await readFile(user.project.path('backup-log.md'), 'utf8')).toContain('before')
      },
    },
    {
      section: 'Storage Strategy: backup scripts in version control',
      notPlayed: 'the recipes have a test of their own',
    },
    {
      section: 'Retention Policy',
      async play(user) {
        expect(await user.does('prune')).toContain('Nothing would be deleted.')
        expect(await readdir(user.project.path('backups'))).toHaveLength(2)
      },
    },
    {
      section: 'Security Considerations',
      async play(user) {
        const identity = await generateIdentity()
        const { privateKey, publicKey } = generateKeyPairSync('ed25519')
        await user.project.write('public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString())
        user.exports('IDENTITY', identity)
        user.exports('SIGNING', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
        const to = ` --recipients ${await identityToRecipient(identity)} --identity env:IDENTITY`
        expect(await user.does(`protect --out protected${to} --signing-key env:SIGNING`)).toMatch(
          /decrypted again.*signed/,
        )
        const [name = ''] = await readdir(user.project.path('protected'))
        expect((await stat(user.project.path(`protected/${name}`))).mode & 0o777).toBe(0o700)
        const keys = '--identity env:IDENTITY --public-key public.pem'
        await user.does(`verify --backups protected ${keys}`)
        await user.gets(2, 'verify --backups protected --public-key public.pem')
      },
    },
    {
      section: 'Emergency Restoration: full',
      async play(user) {
        await user.stopsWriting()
        await user.backsUp(' --label pre-migration --name last')
        expect(await user.does('run')).toContain(exact)
        await user.does('facts env:DATABASE_URL --out production-was.json')
        await user.losesProduction()
        await user.bringsBack('chakai')
        expect(await user.does('diff production-was.json env:TARGET_URL')).toContain('SAME')
      },
    },
    {
      section: 'Emergency Restoration: selected tables',
      async play(user) {
        // The server holds what production was called by now, with rows, and production can't be asked.
        await user.bringsBack('selected', '--not-production', '--table', 'public.objects')
        const rows = 'SELECT json_agg(o ORDER BY id)::text AS rows FROM public.objects AS o'
        expect(await user.asks(rows, 'selected')).toEqual(await user.asks(rows))
      },
    },
    {
      section: 'Partial Restoration: schema only, then data only',
      async play(user) {
        await user.bringsBack('parts', '--not-production', '--only', 'schema')
        expect(await user.asks('SELECT count(*) FROM public.objects', 'parts')).toEqual([{ count: '0' }])
        await user.bringsBack('parts', '--not-production', '--only', 'data')
        expect(await user.does('diff production-was.json env:TARGET_URL')).toContain('SAME')
      },
    },
    {
      section: 'Backup Testing Protocol, 1. Monthly Backup Tests',
      async play(user) {
        await user.switchesOver()
        await user.backsUp(' --label monthly')
        await user.does('run')
        expect(await user.does('status')).toMatch(/GO\n[^]*OK: /)
      },
    },
    {
      section: 'Backup Testing Protocol, 2. Pre-Migration Dry Run',
      async play(user) {
        await user.project.write('run-sql.mjs', runSql)
        const migrate = async (code: number, sql: string) =>
          user.gets(code, 'run --migrate-env STATEMENT --migrate', `STATEMENT='${sql}' node run-sql.mjs`)
        user.exports('STATEMENT', '')
        await migrate(1, 'ALTER TABLE public.nowhere ADD COLUMN a integer')
        await migrate(0, 'ALTER TABLE public.objects ADD COLUMN price numeric')
      },
    },
    {
      section: 'Backup Testing Protocol, 3. Integrity Verification: checksums, row counts',
      async play(user) {
        await user.does('verify --backups backups')
        expect(await user.does('run')).toContain(exact)
      },
    },
    {
      section: 'Backup Testing Protocol, 4. Performance Testing: times of backup and restore',
      async play(user) {
        const manifest = JSON.parse(await readFile(`${user.set}/manifest.json`, 'utf8')) as Manifest
        expect(Date.parse(manifest.finishedAt ?? '')).toBeGreaterThan(Date.parse(manifest.createdAt))
        expect(Object.keys(manifest.tookMs ?? {})).toContain('dump')
        // By our own loader it is another time: nothing follows from it.
        expect(await user.gets(2, 'run --rto 30m')).toContain('recovery time')
        expect(await user.does('run --rto 30m --restorer stock')).toContain(exact)
        const record = await user.project.record()
        expect(record.restore?.ms).toBeGreaterThan(0)
        expect(JSON.stringify(record)).toContain('by the recovery time objective')
      },
    },
    {
      section: 'Success Criteria',
      async play(user) {
        const { stdout } = await user.types(['status', '--format', 'json'])
        expect(JSON.parse(stdout)).toMatchObject({ answer: 'fresh' })
        expect(
          user.team.received.filter(({ event, outcome }) => event === 'rehearsal' && outcome === 'GO'),
        ).not.toEqual([])
      },
    },
    { section: 'Production Migration Day Backup, Timeline T-60, T-30, T-15, T-0', play: day.timeline },
    { section: 'Production Migration Day Backup, Go/No-Go Criteria', play: day.criteria },
  ],
}

const runSql = `
import pg from ${JSON.stringify(import.meta.resolve('pg'))}
const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
await client.query(process.env.STATEMENT).catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
await client.end()
`
