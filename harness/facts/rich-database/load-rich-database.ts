import { readFile } from 'node:fs/promises'
import type { SqlRunner } from '../../core/index.ts'

interface Server {
  connect(database: string): Promise<SqlRunner & AsyncDisposable>
  createDatabase(name: string): Promise<void>
}

/** For tests: a database `rich` with one object of every kind, and the roles they need. */
export async function loadRichDatabase(server: Server): Promise<void> {
  await runFile(server, 'postgres', 'roles.sql')
  await server.createDatabase('rich')
  await runFile(server, 'rich', 'rich-database.sql')
}

async function runFile(server: Server, database: string, name: string): Promise<void> {
  await using session = await server.connect(database)
  await session.query(await readFile(new URL(name, import.meta.url), 'utf8'))
}
