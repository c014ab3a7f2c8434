import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../../core/index.ts'
import { writeConnectionFiles } from './connection-files.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connection-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const session = { role: 'seen', database: 'shop' }

async function write(url: string, environment: Record<string, string> = {}) {
  const files = await writeConnectionFiles(new Secret(url, 'env:X'), folder, environment, session)
  const service = await readFile(join(folder, 'service'), 'utf8')
  const passwords = await readFile(join(folder, 'passwords'), 'utf8').catch(() => null)
  return { files, service: service.trim().split('\n').slice(1).sort(), passwords }
}

describe('a connection laid down for pg_dump', () => {
  it('says where it leads in one file and the password in another, neither for others to read', async () => {
    const { files, service, passwords } = await write(
      'postgresql://me:a%3Ab%5Cc@db.example:5433/my%20db?sslmode=verify-full',
    )
    expect(service).toEqual(['dbname=my db', 'host=db.example', 'port=5433', 'sslmode=verify-full', 'user=me'])
    expect(passwords).toBe('*:*:*:*:a\\:b\\\\c\n')
    for (const name of ['service', 'passwords']) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    expect(JSON.stringify(files)).not.toMatch(/a:b|a%3Ab/)
  })

  it('leads where our own session leads when the URL says less', async () => {
    expect((await write('postgresql://@/?host=/run/pg')).service).toEqual(['dbname=shop', 'host=/run/pg', 'user=seen'])
  })

  it('takes the password from PGPASSWORD, and hands on no variable with one', async () => {
    const { files, passwords } = await write('postgresql://me@h/d', { PGPASSWORD: 'secret', HOME: '/home/me' })
    expect(passwords).toBe('*:*:*:*:secret\n')
    expect(Object.keys(files.environment).sort()).toEqual(['HOME', 'PGAPPNAME', 'PGPASSFILE', 'PGSERVICEFILE'])
    expect(Object.values(files.environment)).not.toContain('secret')
  })

  it('takes an address of version 6, and the words of other clients for TLS', async () => {
    const { service } = await write('postgresql://me@[::1]/d?sslmode=no-verify&uselibpqcompat=true')
    expect(service).toEqual(['dbname=d', 'host=::1', 'sslmode=require', 'user=me'])
  })

  it('puts no second line into a file', async () => {
    await expect(write('postgresql://me:x%0A@h/d')).rejects.toMatchObject({ code: 'E_USAGE' })
    await expect(write('postgresql://me@h/d%0Ahost=evil')).rejects.toMatchObject({ code: 'E_USAGE' })
  })
})
