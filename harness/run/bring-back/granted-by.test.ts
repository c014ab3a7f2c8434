import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { itemDump, ScratchServer } from '../testing/scratch-server.ts'

let scratch: ScratchServer
let set: string
beforeAll(async () => {
  scratch = await ScratchServer.start()
  await scratch.admin.query('CREATE ROLE chief; CREATE ROLE readers; CREATE ROLE app')
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => {
  await scratch.renew()
  await scratch.admin.query('REVOKE readers FROM app')
  set = join(scratch.folder, scratch.database)
  await mkdir(set)
  await writeFile(join(set, 'full.sql'), itemDump())
})

/** With roles as pg_dumpall writes them. */
async function bring(grant: string) {
  const text = `--\n-- PostgreSQL database cluster dump\n--\n\n${grant}\n\n--\n-- PostgreSQL database cluster dump complete\n--\n\n`
  await writeFile(join(set, 'roles.sql'), text)
  return scratch.bring({ path: set })
}

const given = async () =>
  scratch.admin.query(`SELECT m.admin_option::text AS admin, pg_get_userbyid(m.grantor) AS by
    FROM pg_auth_members AS m WHERE m.roleid = 'readers'::regrole AND m.member = 'app'::regrole`)

test.each(['chief', 'nobody_here'])(
  'a membership that %s gave on another server comes back, and is said',
  async (by) => {
    const { report } = await bring(`GRANT readers TO app WITH ADMIN OPTION GRANTED BY ${by};`)
    expect(report?.restored).toMatchObject({ state: 'complete', refused: [], rows: 2 })
    expect(report?.restored?.harmless.map(({ verb, refusal }) => [verb, refusal.message])).toEqual([
      ['GRANT', `${by} may not give it here: app was made a member of readers by the role that restores`],
    ])
    expect(await given()).toEqual([{ admin: 'true', by: 'postgres' }])
  },
)

test('a membership whose grantor may give it stays as it was dumped', async () => {
  const { report } = await bring('GRANT readers TO app WITH ADMIN FALSE, INHERIT TRUE GRANTED BY postgres;')
  expect(report?.restored).toMatchObject({ state: 'complete', harmless: [] })
  expect(await given()).toEqual([{ admin: 'false', by: 'postgres' }])
})

test('one in a role that is not there is lost, whoever gives it', async () => {
  const { report } = await bring('GRANT never_made TO app GRANTED BY chief;')
  expect(report?.restored).toMatchObject({ state: 'incomplete', refusedCount: 1 })
  expect(report?.restored?.refused[0]?.refusal.code).toBe('42704')
})
