import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../postgres/index.ts'
import { findClientTools } from '../restore/testing/client-tools.ts'
import { Gate } from './gate.ts'
import { RehearsedShop } from './testing/rehearsed-shop.ts'

const tools = await findClientTools(15)
const hasProc = existsSync('/proc/self/environ')

let shop: RehearsedShop
beforeAll(async () => {
  shop = await RehearsedShop.start()
})
afterAll(async () => shop[Symbol.asyncDispose]())

describe('what the command gets', () => {
  it.skipIf(tools === null)(
    'is a connection that psql takes, by URL and by its variables (needs psql 15 or newer)',
    async () => {
      const psql = join(tools?.folder ?? '', 'psql')
      await shop.write('two.sql', 'DELETE FROM public.session WHERE id = 1;')
      const report = await shop.rehearse(
        `${psql} -qX -v ON_ERROR_STOP=1 -f two.sql && ${psql} "$DATABASE_URL" -qXf two.sql`,
      )
      expect(report).toMatchObject({ answer: 'GO', run: { connections: 2 } })
      expect(report.changes?.losses.map(({ text }) => text)).toEqual([
        'public.session has 1 row fewer: 6 of 7 are left',
      ])
    },
  )

  it('is a socket, where config wants one', async () => {
    const report = await shop.rehearse({ sql: 'DROP TABLE public.session' }, { url: 'socket' })
    expect(report.answer).toBe('GO')
    const shown = await shop.rehearse('echo "$PGHOST" > host; node run-sql.mjs "select 1"', { url: 'socket' })
    expect(shown.answer).toBe('GO')
    await expect(stat((await readFile(join(shop.folder, 'host'), 'utf8')).trim())).rejects.toThrow('ENOENT')
  })

  it('is an environment of what was listed, and nothing of ours', async () => {
    process.env['SOME_OTHER_TOKEN'] = 'not-for-migrations'
    try {
      await shop.rehearse('env | cut -d= -f1 | sort > names; echo "[$SOME_OTHER_TOKEN]"', {
        variables: { DEPLOY_STAGE: 'rehearsal' },
      })
    } finally {
      delete process.env['SOME_OTHER_TOKEN']
    }
    const names = (await readFile(join(shop.folder, 'names'), 'utf8')).trim().split('\n')
    const ofShell = new Set(['PWD', 'OLDPWD', 'SHLVL', '_'])
    expect(names.filter((name) => !ofShell.has(name) && !['LANG', 'TMPDIR'].includes(name))).toEqual([
      'DATABASE_URL',
      'DEPLOY_STAGE',
      'HOME',
      'PATH',
      'PGDATABASE',
      'PGHOST',
      'PGPASSWORD',
      'PGPORT',
      'PGUSER',
      'REHEARSAL_MIGRATION',
    ])
    expect(await shop.log()).toContain('[]')
  })

  it('does not lead to the restored copy, nor without the password', async () => {
    const url = (change: string) => `DATABASE_URL="$(node -p '${change}')" node run-sql.mjs "select 1"`
    const aside = await shop.rehearse(url('process.env.DATABASE_URL + "_rehearsed"'))
    expect(aside).toMatchObject({ answer: 'NO-GO', run: { connections: 0 } })
    expect(await shop.log()).toContain('is the restored copy: a migration gets the clone of it only')
    const wrong = await shop.rehearse(url('process.env.DATABASE_URL.replace(process.env.PGPASSWORD, "guess")'))
    expect(wrong).toMatchObject({ answer: 'NO-GO', run: { connections: 0 } })
    expect(await shop.log()).toContain('password authentication failed')
  })

  it('is the way to a server that asks for a password itself', async () => {
    const { address } = shop.server
    const theirs = { server: { ...address, password: 'of-the-server' }, form: 'tcp', database: 'shop' } as const
    await using gate = await Gate.open({ ...theirs, shut: new Set(['postgres']) })
    expect(gate.variables()['DATABASE_URL']).toContain(':of-the-server@127.0.0.1:')
    const port = Number(gate.variables()['PGPORT'])
    const reached = { host: '127.0.0.1', port, user: address.user, password: 'of-the-server' }
    await using session = await connect(reached, 'shop')
    expect(await session.query('select 1 as one')).toEqual([{ one: '1' }])
    expect(gate.connections).toBe(1)
    await expect(connect(reached, 'postgres')).rejects.toThrow('is the restored copy')
  })

  it('is gone when the command is', async () => {
    await shop.rehearse('echo "$PGPORT" > port; node run-sql.mjs "select 1"')
    const port = Number(await readFile(join(shop.folder, 'port'), 'utf8'))
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed')
  })
})

describe('what it prints', () => {
  it('is kept without the URL, the password and the values it was handed', async () => {
    const report = await shop.rehearse(
      'echo "url $DATABASE_URL"; echo "it is $PGPASSWORD" >&2; echo "token=$TOKEN"; printf "%s" "half $TOKEN"; exit 1',
      { variables: { TOKEN: 'a-token-of-theirs' } },
    )
    const password = /[0-9a-f]{48}/
    expect(await shop.log()).toMatch(/^url postgresql:\/\/postgres:\*\*\*@127\.0\.0\.1:\d+\/shop$/m)
    for (const text of [await shop.log(), JSON.stringify(report)]) {
      expect(text).not.toMatch(password)
      expect(text).not.toContain('a-token-of-theirs')
    }
    expect(report.run?.lastLines).toContain('half ***')
  })

  it('is no row of theirs where the server complains', async () => {
    const report = await shop.rehearse({ sql: "SELECT 'secret value'::integer" })
    expect(JSON.stringify(report)).not.toContain('secret value')
  })

  it('is text, without what it tells a terminal', async () => {
    await shop.rehearse("printf '\\033[2K\\033[1G\\033[31mred\\033[0m \\033]0;title\\007done\\n'")
    expect(await shop.log()).toBe('red done\n')
  })

  it('is bounded, and its end is kept', async () => {
    const report = await shop.rehearse(
      'yes "a line that is said again and again" | head -n 200000; echo the end; exit 1',
    )
    expect(report.run?.outputBytes).toBeGreaterThan(7_000_000)
    expect(report.run?.lastLines).toHaveLength(20)
    expect(report.run?.lastLines.at(-1)).toBe('the end')
    const log = await shop.log()
    expect(log.length).toBeLessThan(1_100_000)
    expect(log).toMatch(/left out; the last lines:\]\n[^]*\nthe end\n$/)
  })
})

describe('what it starts', () => {
  const asleep = () => {
    try {
      return execFileSync('pgrep', ['-f', '^sleep 54[0-9][0-9]$'], { encoding: 'utf8' }).trim()
    } catch {
      // pgrep ends with 1 when there is none.
      return ''
    }
  }

  it('in the background ends with it, and is told', async () => {
    const report = await shop.rehearse('sleep 5401 & node run-sql.mjs "select 1"')
    expect(report).toMatchObject({ answer: 'GO', run: { leftBehind: ['sleep'] } })
    expect(asleep()).toBe('')
  })

  it.skipIf(!hasProc)('as a daemon of its own session ends with it (needs /proc)', async () => {
    const report = await shop.rehearse('(setsid sleep 5402 >/dev/null 2>&1 &) ; sleep 0.2; node run-sql.mjs "select 1"')
    expect(report).toMatchObject({ answer: 'GO', run: { leftBehind: ['sleep'] } })
    expect(asleep()).toBe('')
  })

  it('and what it hangs in ends at the time limit', async () => {
    await shop.rehearse('sleep 5403 & sh -c "sleep 5404"; true', { timeoutMs: 500 })
    expect(asleep()).toBe('')
  })

  it('ends when the harness is killed', async () => {
    const code = `
      import { Gate } from ${JSON.stringify(import.meta.resolve('./gate.ts'))}
      import { runCommand } from ${JSON.stringify(import.meta.resolve('./run-command.ts'))}
      const server = { host: '127.0.0.1', port: 1, user: 'nobody' }
      const gate = await Gate.open({ server, form: 'tcp', database: 'x', shut: new Set() })
      const order = { command: 'setsid sleep 5405 & sleep 5406', folder: '/', variables: {}, timeoutMs: 60000 }
      await runCommand({ ...order, logFile: '/dev/null', signal: new AbortController().signal }, gate)`
    const harness = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' })
    for (let tries = 0; tries < 100 && asleep().split('\n').length < 2; tries += 1) await sleep(50)
    expect(asleep().split('\n')).toHaveLength(2)
    harness.kill('SIGKILL')
    for (let tries = 0; tries < 100 && asleep() !== ''; tries += 1) await sleep(50)
    expect(asleep()).toBe('')
  })
})
