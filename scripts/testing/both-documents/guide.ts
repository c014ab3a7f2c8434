import { fileURLToPath } from 'node:url'
import { readdir, readFile, rm } from 'node:fs/promises'
import { expect } from 'vitest'
import { copySet } from '../../../fixtures/breaking/copy-set.ts'
import { edupath } from './samples.ts'
import type { PlayedDocument } from './types.ts'
import { password } from './user.ts'

const name = 'pre-migration-baseline-2025-10-22'
const description = 'Pre-migration baseline backup before activating Drizzle migration system (Phase 2)'
const recorded = new URL('../../../fixtures/edupath/backups/2026-11-15-supabase-cli', import.meta.url)
const inDashboard = 'the dashboard’s own backups are seen there alone'

export const guide: PlayedDocument = {
  title: 'The production backup guide',
  sample: edupath,
  steps: [
    {
      section: 'Overview: nothing goes on without a verified backup',
      async play(user) {
        await user.does('init')
        await user.writeConfig()
        expect(await user.gets(64, 'status')).toContain('backups')
      },
    },
    { section: 'Prerequisites', play: async (user) => void (await user.does('doctor')) },
    { section: '1.1 Access Supabase Dashboard, 1.2 Navigate to Backups', notPlayed: inDashboard },
    {
      section: '1.3 Create Manual Backup: name, description',
      async play(user) {
        const words = ['--description', description, '--purpose', description, '--by', 'Ada Lovelace']
        const written = await user.whileWritten(async () => {
          const path = await user.backsUp(` --label pre-migration --name ${name}`, ...words)
          expect(JSON.parse(await readFile(`${path}/manifest.json`, 'utf8'))).toMatchObject({ name, description })
        })
        expect(written).toBeGreaterThan(0)
      },
    },
    {
      section: '1.4 Monitor Backup Progress',
      async play(user) {
        await user.does('notify --test')
        expect(user.team.received.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual([
          'backup done',
          'test done',
        ])
      },
    },
    {
      section: '2.1 Check Backup Details: size, id, status',
      async play(user) {
        expect(await user.gets(1, 'status')).toContain('STALE')
        await user.does('verify')
      },
    },
    {
      section: '2.2 Verify Table Count',
      async play(user) {
        const written = await user.whileWritten(async () => {
          expect(await user.does('run')).toContain('every row equal to production at the moment of the dump')
        })
        expect(written).toBeGreaterThan(0)
        expect(await user.does('status')).toContain('OK: ')
        await user.does('facts env:DATABASE_URL --depth counts --out facts.json')
        const facts = JSON.parse(await readFile(user.project.path('facts.json'), 'utf8')) as {
          tables: readonly { schema: string; name: string }[]
        }
        expect(facts.tables.filter(({ schema }) => schema === 'public').length).toBeGreaterThan(30)
      },
    },
    {
      section: '2.3 Download Backup',
      async play(user) {
        const folder = user.project.path('downloaded/from-the-platform')
        await copySet(fileURLToPath(recorded), folder)
        await rm(`${folder}/manifest.json`)
        await user.does('backup --import downloaded/from-the-platform')
        await user.does('verify downloaded/from-the-platform')
      },
    },
    {
      section: 'Step 3, Document Backup Details: the log, its sign-off',
      async play(user) {
        expect(await user.does('log')).toContain('1 not signed off')
        await user.does(`log sign --set ${name} --role`, 'Verified by', '--name', 'Grace Hopper')
        const log = await readFile(user.project.path('backup-log.md'), 'utf8')
        for (const line of [name, description, 'Ada Lovelace', '**Verified by:** Grace Hopper'])
          expect(log).toContain(line)
        expect(log).toMatch(/\*\*Restoration Procedure Confirmed:\*\* ✅ Yes/)
      },
    },
    {
      section: 'Step 4, Test Restoration Procedure',
      async play(user) {
        await user.bringsBack('staging')
        expect(await user.does(`diff ${user.set}/baseline.json env:TARGET_URL`)).toContain('SAME')
      },
    },
    {
      section: 'Rollback Plan, Supabase Restoration Process',
      async play(user) {
        await user.stopsWriting()
        await user.backsUp(' --label pre-migration')
        await user.does('run')
        await user.does('facts env:DATABASE_URL --out production-was.json')
        await user.losesProduction()
        await user.bringsBack('edupath')
        expect(await user.does('diff production-was.json env:TARGET_URL')).toContain('SAME')
      },
    },
    {
      section: 'Troubleshooting: Backup Fails to Create',
      async play(user) {
        const before = await readdir(user.project.path('backups'))
        expect(await user.gets(2, 'backup --from env:DATABASE_URL')).toMatch(/\[E_\w+\]/)
        expect(await readdir(user.project.path('backups'))).toEqual(before)
        expect(user.team.received.at(-1)).toMatchObject({ event: 'backup', outcome: 'failed' })
      },
    },
    {
      section: 'Troubleshooting: Backup Size Suspiciously Small',
      async play(user) {
        await user.switchesOver()
        await user.backsUp(' --label migration')
        await user.asks('DELETE FROM public.chat_messages')
        const said = await user.gets(2, 'backup --from env:DATABASE_URL --strict')
        expect(said).toMatch(/WARNING[^]*public\.chat_messages is empty/)
      },
    },
    {
      section: 'Troubleshooting: Cannot Download Backup',
      play: async (user) => void (await user.backsUp(' --label pre-migration')),
    },
    {
      section: 'Security Considerations: access, storage, credentials, retention',
      async play(user) {
        await user.does('log')
        for (const file of ['backup-log.md', 'backup-log.json', '.rehearsal/history.jsonl']) {
          const text = await readFile(user.project.path(file), 'utf8')
          expect([text.includes(password), text.includes('s3cret')]).toEqual([false, false])
        }
      },
    },
    { section: 'Security Considerations: compliance', notPlayed: 'people judge that' },
    {
      section: 'Acceptance Criteria',
      async play(user) {
        await user.does('run')
        await user.does('notify --test')
        const migration = new Date().toISOString()
        for (const item of ['rollback-plan', 'team-told', 'sign-off'])
          await user.does(`checklist sign --migration ${migration} --item ${item} --name`, 'Grace Hopper')
        expect(await user.does(`checklist --migration ${migration}`)).toContain('GO: everything is done')
      },
    },
    {
      section: 'Next Steps: the log stays at hand, nothing expires meanwhile',
      async play(user) {
        await user.does('log')
        expect(await user.does('prune')).toContain('Nothing would be deleted.')
      },
    },
    { section: 'References', notPlayed: 'pages to read' },
  ],
}
