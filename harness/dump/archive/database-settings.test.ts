import { describe, expect, it } from 'vitest'
import { settingsIn } from './database-settings.ts'

describe('the settings that an archive holds', () => {
  it('are read as pg_dump writes them', () => {
    const definition = `ALTER DATABASE shop SET search_path TO 'public', 'private';
ALTER DATABASE "the ""shop""" SET "app.motto" TO 'it''s; ALTER DATABASE x SET y TO ''z'';
two lines';
ALTER DATABASE shop CONNECTION LIMIT = 5;
ALTER DATABASE shop SET "app.path" TO E'C:\\\\it''s';
ALTER ROLE "App" IN DATABASE shop SET "TimeZone" TO 'Europe/Berlin';
`
    expect(settingsIn({ definition })).toEqual([
      { role: null, name: 'search_path', literals: "'public', 'private'" },
      { role: null, name: 'app.motto', literals: "'it''s; ALTER DATABASE x SET y TO ''z'';\ntwo lines'" },
      { role: null, name: 'app.path', literals: String.raw`E'C:\\it''s'` },
      { role: 'App', name: 'TimeZone', literals: "'Europe/Berlin'" },
    ])
  })

  it.each([
    "ALTER DATABASE shop SET search_path TO 'a'; DROP TABLE users;\n",
    "ALTER DATABASE shop SET search_path TO 'a' || (SELECT 'b');\n",
    "ALTER DATABASE shop SET search_path TO E'\\'; DROP TABLE users; --';\n",
    'ALTER DATABASE shop SET search_path FROM CURRENT;\n',
    "ALTER SYSTEM SET search_path TO 'a';\n",
    "ALTER ROLE app SET search_path TO 'a';\n",
  ])('are nothing else: %j', (definition) => {
    expect(settingsIn({ definition })).toEqual([])
  })
})
