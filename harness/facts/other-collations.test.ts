import { describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine } from '../engine/index.ts'
import { serialiseFacts } from './facts-file-text.ts'
import { observe } from './observe.ts'
import { copyEveryKind, loadEveryKind } from './rich-database/load-every-kind.ts'
import { observedMajors, withServersBesideTools } from './testing/observed-majors.ts'
import type { Facts } from './types.ts'

/** Names that a language sorts otherwise than their bytes, where several of them are in one list. */
const lists = `
  CREATE TABLE app."Zb" (id integer PRIMARY KEY, "B" text, "a" text, "ä" text, "z" text);
  CREATE TABLE app."ab C" (id integer PRIMARY KEY, "Zb" integer CONSTRAINT to_zb REFERENCES app."Zb");
  ALTER TABLE app."Zb" DISABLE TRIGGER ALL; ALTER TABLE app."ab C" DISABLE TRIGGER ALL;
  ALTER TABLE app."Zb" SET (fillfactor = 50, "autovacuum_enabled" = off);
  GRANT SELECT ON app."Zb" TO "Zed", "abc", "äh"; GRANT UPDATE ("B") ON app."Zb" TO "abc", "Zed";
  CREATE PUBLICATION listed FOR TABLE app."Zb" ("id", "a", "B"), app."ab C";
  INSERT INTO app."Zb" VALUES (1, 'Z', 'a', 'ä', 'é'), (2, 'a', 'Z', 'z', 'E')`
const roles = `
  CREATE ROLE "Zed"; CREATE ROLE "abc"; CREATE ROLE "äh"; CREATE ROLE "member" IN ROLE "Zed", "abc", "äh"`

const engine = embeddedEngine(withServersBesideTools())
describe('a document of facts', async () => {
  for (const { major, title, isSkipped } of await observedMajors(engine)) {
    it.skipIf(isSkipped)(`has the same bytes however the database sorts: ${title}`, async () => {
      await using server = await engine.start(
        { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
        { signal: new AbortController().signal, progress: silentProgress },
      )
      await loadEveryKind(server, 'plain')
      await using own = await server.connect('postgres')
      await own.query(roles)
      await copyEveryKind(server, 'sorting')
      const [provider, locale] = ['datlocprovider', major >= 17 ? 'datlocale' : 'daticulocale']
      const shared: Facts[] = []
      for (const name of ['plain', 'sorting']) {
        {
          await using session = await server.connect(name)
          await session.query(lists)
        }
        if (name === 'sorting') {
          // As CREATE DATABASE … LOCALE_PROVIDER icu would have it; of template0 alone, which holds nothing.
          await own.query(
            `UPDATE pg_database SET ${provider} = 'i', ${locale} = 'de', datcollversion = NULL WHERE datname = 'sorting'`,
          )
        }
        await using session = await server.connect(name)
        const [sorted] = await session.query(
          `SELECT string_agg(w, '' ORDER BY w) AS word FROM unnest('{Z,a,ä}'::text[]) AS w`,
        )
        expect(sorted?.['word']).toBe(name === 'sorting' ? 'aäZ' : 'Zaä')
        const facts = await observe(session, { source: 'live', fingerprint: true, takenAt: '2026-01-01T00:00:00.000Z' })
        shared.push(withoutLocale(facts))
      }
      const [plain, sorting] = shared.map(serialiseFacts)
      expect(plain).toContain('ab C')
      expect(sorting).toBe(plain)
    })
  }
})

/** Both are in one server, and what differs between them is how they sort. */
function withoutLocale(facts: Facts): Facts {
  const isOther = ({ kind, identity }: Facts['objects'][number]): boolean =>
    kind === 'database' || (kind === 'collation version' && identity.startsWith('default'))
  const server = { ...facts.server, database: 'any', databaseBytes: '0' }
  return { ...facts, server, objects: facts.objects.filter((object) => !isOther(object)) }
}
