import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { containerOf, obstacle, start } from './testing/containers.ts'

const mebibyte = 1024 * 1024
const reason = await obstacle()

describe.skipIf(reason !== null)(
  reason ? `a container's limits (not tried: ${reason})` : "a container's limits",
  () => {
    test('are what the evidence says, as seen from inside', async () => {
      await using server = await start()
      const notes = server.isolation.notes.join('\n')
      expect(notes).toContain('seen inside: capabilities none, at most chown dac_override fowner setgid setuid')
      expect(notes).toContain('no new privileges; system calls filtered')
      expect(notes).toContain('its root file system is read-only')
      expect(notes).toMatch(/at most [\d.]+ GB of memory, 1.0 GB of it shared, 512 processes/)
      await using session = await server.connect('postgres')
      for (const path of ['/etc/x', '/usr/x', '/var/lib/x', '/x', '/root/x']) {
        const writing = session.query(`COPY (SELECT 1) TO PROGRAM 'echo > ${path} 2>/dev/null'`)
        await expect(writing).rejects.toMatchObject({ code: 'E_SQL' })
      }
    })

    test('leave room for parallel index builds, which Docker’s own 64 MiB of shared memory do not', async () => {
      await using server = await start()
      await using session = await server.connect('postgres')
      await session.query('CREATE TABLE df (line text)')
      await session.query(`COPY df FROM PROGRAM 'df -B1 --output=size /dev/shm | tail -1'`)
      expect(await session.query('SELECT trim(line) AS size FROM df')).toEqual([{ size: String(1024 * mebibyte) }])
      await session.query("SET max_parallel_maintenance_workers = 4; SET maintenance_work_mem = '256MB'")
      await session.query(
        'CREATE TABLE many AS SELECT g AS id, md5(g::text) AS word FROM generate_series(1, 400000) AS g',
      )
      await session.query('ALTER TABLE many SET (parallel_workers = 4)')
      await session.query('CREATE INDEX ON many (word)')
      // A parallel hash keeps its table in shared memory: more than 64 MiB of it.
      await session.query(`SET work_mem = '128MB'; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0`)
      const joining = 'SELECT count(*) AS rows FROM many AS a JOIN many AS b USING (word)'
      expect((await session.query(`EXPLAIN ${joining}`)).map((row) => row['QUERY PLAN']).join('\n')).toContain(
        'Parallel Hash',
      )
      expect(await session.query(joining)).toEqual([{ rows: '400000' }])
    })

    test('of memory: what needs more is told from a crash, and is the machine’s, not the backup’s', async () => {
      await using server = await start({ limits: { memoryBytes: 400 * mebibyte, dataBytes: null } })
      await using session = await server.connect('postgres')
      await session.query("SET work_mem = '2GB'")
      const greedy = session.query(
        'SELECT count(*) FROM (SELECT array_agg(g) OVER () FROM generate_series(1, 40000000) AS g) AS all_of_it',
      )
      await expect(greedy).rejects.toMatchObject({
        code: 'E_ENGINE_CRASHED',
        kind: 'environment',
        message: 'the container ran out of memory (its limit is 400 MB)',
        facts: { outOfMemory: true },
      })
    })

    test('of the data folder: a full one is said to be full', async () => {
      await using server = await start({ limits: { dataBytes: 150 * mebibyte } })
      await using session = await server.connect('postgres')
      const filling = session.query(
        'CREATE TABLE big AS SELECT repeat(md5(g::text), 60) FROM generate_series(1, 200000) AS g',
      )
      await expect(filling).rejects.toMatchObject({
        code: 'E_DISK_FULL',
        kind: 'environment',
        message: 'the data folder of 150 MB of the container is full',
      })
    })

    test('of the disk: what leaves too little of it to this machine is stopped', async () => {
      let free = 10 * 1024 * mebibyte
      await using server = await start({ limits: { dataBytes: null }, roomLeft: async () => free })
      expect(server.isolation.notes).toContain('data on the disk of the container host')
      await using session = await server.connect('postgres')
      free = 100 * mebibyte
      await expect(session.query('SELECT pg_catalog.pg_sleep(20)')).rejects.toMatchObject({
        code: 'E_DISK_FULL',
        message: 'the container was stopped: it left only 100 MB of disk to this machine',
      })
    })

    test('of the log: a dump that talks for ever fills no disk', async () => {
      await using server = await start({ limits: { logBytes: mebibyte } })
      await using session = await server.connect('postgres')
      await session.query(`DO $$ BEGIN FOR i IN 1..8000 LOOP RAISE WARNING '%', repeat('x', 1000); END LOOP; END $$`)
      const { LogPath } = await (await containerOf(server)).inspect()
      const logs = (await readdir(dirname(LogPath))).filter((name) => name.includes('json.log'))
      const sizes = await Promise.all(logs.map(async (name) => (await stat(join(dirname(LogPath), name))).size))
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      expect(bytes).toBeGreaterThan(mebibyte / 2)
      expect(bytes).toBeLessThan(3 * mebibyte)
      expect(await server.logTail(5)).toContain('WARNING')
    })

    test('of processes: a program that multiplies ends by itself', async () => {
      await using server = await start({ limits: { pids: 64 } })
      await using session = await server.connect('postgres')
      const bomb = `COPY (SELECT 1) TO PROGRAM 'for i in $(seq 200); do sleep 20 & done; wait'`
      await expect(session.query(bomb)).rejects.toMatchObject({ kind: 'environment' })
      await using other = await server.connect('postgres')
      expect(await other.query('SELECT 1 AS one')).toEqual([{ one: '1' }])
    })
  },
)
