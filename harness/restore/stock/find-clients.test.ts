import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isVulnerable, readVersion } from './client-floors.ts'
import { clientFolders, findStockClients } from './find-clients.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-clients-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** A folder with clients that say that version, and nothing else. */
async function clientsThatSay(version: string, restoreVersion = version): Promise<string> {
  const place = await mkdtemp(join(folder, 'bin-'))
  for (const [program, said] of [
    ['psql', version],
    ['pg_restore', restoreVersion],
  ] as const) {
    await writeFile(join(place, program), `#!/bin/sh\necho "${program} (PostgreSQL) ${said}"\n`, { mode: 0o755 })
  }
  return place
}

const versionOf = (said: string) => readVersion(`psql (PostgreSQL) ${said}`) ?? expect.fail(said)
const need = (serverMajor: number, oldestMajor = 0) => ({ serverMajor, oldestMajor })

describe('the floor', () => {
  it.each(['14.24', '15.3', '15.19', '16.15', '17.11', '18.6', '18beta1', '17devel', '13.23', '9.6.24'])(
    'refuses %s',
    (said) => {
      expect(isVulnerable(versionOf(said))).toBe(true)
    },
  )

  it.each(['14.25', '15.20 (Debian 15.20-0+deb12u1)', '16.16', '17.12', '17.13', '18.7', '19.0', '19beta2'])(
    'lets %s pass',
    (said) => {
      expect(isVulnerable(versionOf(said))).toBe(false)
    },
  )

  it('takes nothing else for a version', () => {
    expect(readVersion('psql: error: no')).toBeNull()
    expect(readVersion('psql (PostgreSQL) unknown')).toBeNull()
  })
})

describe('the clients for a server', () => {
  it('are those of its own major', async () => {
    const folders = [await clientsThatSay('17.12'), await clientsThatSay('15.20'), await clientsThatSay('18.7')]
    expect((await findStockClients(need(15), folders)).version.text).toBe('15.20')
  })

  it('are of the newest major where its own is not there, or cannot read the archive', async () => {
    const folders = [await clientsThatSay('17.12'), await clientsThatSay('15.20'), await clientsThatSay('18.7')]
    expect((await findStockClients(need(16), folders)).version.text).toBe('18.7')
    expect((await findStockClients(need(15, 17), folders)).version.text).toBe('18.7')
  })

  it('are never older than the server', async () => {
    const folders = [await clientsThatSay('15.20')]
    await expect(findStockClients(need(17), folders)).rejects.toMatchObject({
      code: 'E_CLIENT_MISSING',
      kind: 'environment',
      hint: expect.stringContaining('postgresql-client-17'),
    })
  })

  it('are both of one version', async () => {
    const folders = [await clientsThatSay('17.12', '17.11')]
    await expect(findStockClients(need(17), folders)).rejects.toMatchObject({ code: 'E_CLIENT_MISSING' })
  })

  it('are refused below the floor, by name', async () => {
    const folders = [await clientsThatSay('15.3')]
    await expect(findStockClients(need(15), folders)).rejects.toMatchObject({
      code: 'E_CLIENT_VULNERABLE',
      kind: 'refused',
      message: expect.stringMatching(/15\.3 .*CVE-2026-116314.*CVE-2026-18408/),
      hint: expect.stringMatching(/15\.20.*--accept-vulnerable-client/),
    })
  })

  it('may be below the floor where that was accepted, and say so', async () => {
    const folders = [await clientsThatSay('15.3')]
    const clients = await findStockClients(need(15), folders, { acceptVulnerable: true })
    expect(clients).toMatchObject({ version: { text: '15.3' }, isVulnerable: true })
  })

  it('are newer ones rather than vulnerable ones of its own major', async () => {
    const folders = [await clientsThatSay('15.3'), await clientsThatSay('17.12')]
    const clients = await findStockClients(need(15), folders, { acceptVulnerable: true })
    expect(clients).toMatchObject({ version: { text: '17.12' }, isVulnerable: false })
  })
})

it('asks a client for its version with an empty environment', async () => {
  const place = await clientsThatSay('17.12')
  const seen = join(place, 'seen')
  await writeFile(join(place, 'psql'), `#!/bin/sh\nexport -p >'${seen}'\necho "psql (PostgreSQL) 17.12"\n`)
  await chmod(join(place, 'psql'), 0o755)
  await findStockClients(need(17), [place])
  // The shell's own, which it sets itself.
  const names = [...(await readFile(seen, 'utf8')).matchAll(/^export (\w+)/gm)].map(([, name]) => name)
  expect(names.filter((name) => !['PWD', 'OLDPWD', '_', 'SHLVL'].includes(name ?? ''))).toEqual([])
})

it('looks into the folder that is named, PATH, and where packages put clients', async () => {
  const named = await mkdtemp(join(folder, 'named-'))
  for (const major of ['15', '17']) await mkdir(join(named, major, 'bin'), { recursive: true })
  const folders = await clientFolders({ REHEARSAL_CLIENTS: named, PATH: `/opt/first:relative:/opt/second` })
  expect(folders.slice(0, 4)).toEqual([join(named, '15/bin'), join(named, '17/bin'), '/opt/first', '/opt/second'])
})
