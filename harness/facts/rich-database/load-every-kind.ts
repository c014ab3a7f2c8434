import { readFile } from 'node:fs/promises'
import type { SqlRunner } from '../../core/index.ts'
import { loadRichDatabase } from './load-rich-database.ts'

interface Server {
  connect(database: string): Promise<SqlRunner & AsyncDisposable>
  createDatabase(name: string): Promise<void>
}

/** For tests: the rich database `rich` with what it lacks of every kind of object, and a first copy of it. */
export async function loadEveryKind(server: Server, copy: string): Promise<void> {
  await loadRichDatabase(server)
  {
    await using session = await server.connect('rich')
    await session.query('SET allow_in_place_tablespaces = on')
    await session.query(`CREATE TABLESPACE roomy LOCATION ''`)
    await session.query(await readFile(new URL('every-kind.sql', import.meta.url), 'utf8'))
  }
  await copyEveryKind(server, copy)
}

/** A copy of it, with what a copy of a database comes without. Nobody may be connected to `rich` meanwhile. */
export async function copyEveryKind(server: Server, name: string): Promise<void> {
  await using administering = await server.connect('postgres')
  await administering.query(`CREATE DATABASE ${name} TEMPLATE rich`)
  await using session = await server.connect(name)
  const text = await readFile(new URL('every-kind-of-database.sql', import.meta.url), 'utf8')
  await session.query(text.replaceAll(':database', name))
}
