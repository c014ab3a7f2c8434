import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DisposableServer } from '../../engine/index.ts'
import { clearServer, stateOfServer } from './clear-server.ts'
import { startServer } from './twins.ts'

let server: DisposableServer
let was: string
beforeAll(async () => {
  server = await startServer(17)
  was = await stateOfServer(server)
})
afterAll(() => server[Symbol.asyncDispose]())

async function say(...statements: readonly string[]): Promise<void> {
  await using session = await server.connect('postgres')
  for (const statement of statements) await session.query(statement)
}

it('drops databases and roles, with all that roles have and are members of', async () => {
  await say(
    'CREATE ROLE owner SUPERUSER',
    'CREATE ROLE "the other" IN ROLE owner',
    'CREATE DATABASE "some where" OWNER owner',
    'ALTER ROLE owner IN DATABASE "some where" SET work_mem = \'1MB\'',
    "COMMENT ON ROLE owner IS 'x'",
  )
  await clearServer(server, was)
  expect(await stateOfServer(server)).toBe(was)
})

it.each([
  ["ALTER ROLE ALL SET work_mem = '1MB'", 'ALTER ROLE ALL RESET work_mem'],
  ["ALTER ROLE postgres PASSWORD 'x'", 'ALTER ROLE postgres PASSWORD NULL'],
  ['GRANT CREATE ON DATABASE template1 TO PUBLIC', 'REVOKE CREATE ON DATABASE template1 FROM PUBLIC'],
  ['CREATE TABLE public.left_here ()', 'DROP TABLE public.left_here'],
  ['GRANT pg_monitor TO pg_signal_backend', 'REVOKE pg_monitor FROM pg_signal_backend'],
])('is not silent about what else was left: %s', async (statement, undo) => {
  await say(statement)
  await expect(clearServer(server, was)).rejects.toThrow('a server is not as it was')
  await say(undo)
  await clearServer(server, was)
})
