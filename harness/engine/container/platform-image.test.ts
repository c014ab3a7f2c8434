import { describe, expect, test } from 'vitest'
import { docker, obstacle, start } from './testing/containers.ts'

/** Built by .ci/build-supabase-shaped-image, to stand for supabase/postgres. */
const image = 'rehearsal/supabase-shaped:15'
const reason = await obstacle(image)

describe.skipIf(reason !== null)(reason ? `a platform's image (not tried: ${reason})` : "a platform's image", () => {
  test.each(['postgres', 'supabase_admin', 'a "quoted" superuser'])(
    'is as empty as any other, with the superuser %s and its libraries',
    async (superuser) => {
      await using server = await start({ image }, { superuser })
      await using session = await server.connect('postgres')
      const one = async (text: string) => Object.values((await session.query(text))[0] ?? {})[0]
      expect(await one('SELECT current_user')).toBe(superuser)
      expect(await one('SELECT oid FROM pg_roles WHERE rolname = current_user')).toBe('10')
      expect(await one("SELECT count(*) FROM pg_roles WHERE rolname !~ '^pg_'")).toBe('1')
      expect(await one("SELECT count(*) FROM pg_namespace WHERE nspname IN ('auth', 'storage', 'extensions')")).toBe(
        '0',
      )
      expect(await one('SHOW shared_preload_libraries')).toMatch(/pg_stat_statements.*auto_explain/)
      // Its jobs are restored, and never run.
      expect([await one('SHOW cron.launch_active_jobs'), await one('SHOW cron.max_running_jobs')]).toEqual(['off', '0'])
    },
  )

  test('is ready only once its init scripts are over, though their server answers before', async () => {
    await using server = await start({ image })
    await using session = await server.connect('postgres')
    const started = 'SELECT pg_catalog.pg_postmaster_start_time()::text AS at'
    const [before] = await session.query(started)
    await session.query('SELECT pg_catalog.pg_sleep(2)')
    expect(await session.query(started)).toEqual([before])
    expect(server.isolation).toMatchObject({ network: 'none', files: 'own root' })
  })

  test('clones a database that its worker sits in, and lets its keeper in without a password', async () => {
    await using server = await start({ image })
    await server.createDatabase('postgres')
    await server.cloneDatabase('postgres', 'copy')
    const kept = await server.keep('copy')
    const name = kept.stop.split(' ').at(-1) ?? ''
    const container = docker().getContainer(name)
    try {
      const [, command = ''] = kept.connect.split(`${name} `)
      const looking = await container.exec({
        Cmd: [...command.split(' '), '-Atc', 'SELECT 40 + 2'],
        AttachStdout: true,
      })
      const said: Buffer[] = []
      for await (const chunk of await looking.start({})) said.push(chunk as Buffer)
      expect(Buffer.concat(said).toString()).toContain('42')
    } finally {
      await container.remove({ force: true, v: true })
    }
  })
})
