import { describe, expect, it } from 'vitest'
import { readAttributes } from './keep-roles.ts'

describe('what is read of an ALTER ROLE before a superuser says it anew', () => {
  it.for<[string, string, readonly string[], boolean]>([
    [
      `ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD 'SCRAM-SHA-256$4096:a=$b=:c=';`,
      'app',
      [
        'INHERIT',
        'NOCREATEROLE',
        'NOCREATEDB',
        'LOGIN',
        'NOREPLICATION',
        'NOBYPASSRLS',
        `PASSWORD 'SCRAM-SHA-256$4096:a=$b=:c='`,
      ],
      false,
    ],
    [
      `ALTER ROLE "Odd ""one""" WITH LOGIN CONNECTION LIMIT 3 VALID UNTIL '2030-01-01';`,
      'Odd "one"',
      ['LOGIN', 'CONNECTION LIMIT 3', `VALID UNTIL '2030-01-01'`],
      false,
    ],
    ['ALTER ROLE boss WITH SUPERUSER LOGIN;', 'boss', ['LOGIN'], true],
  ])('is its role and its attributes, never SUPERUSER: %s', ([text, role, words, wantsSuperuser]) => {
    expect(readAttributes(text)).toEqual({ role, words, wantsSuperuser })
  })

  it.for([
    'ALTER ROLE app WITH LOGIN; CREATE ROLE evil SUPERUSER;',
    `ALTER ROLE app WITH PASSWORD 'x'; DROP TABLE t; --'`,
    `ALTER ROLE app WITH PASSWORD 'x\\'; SELECT 1; --'`,
    `ALTER ROLE app WITH PASSWORD E'x';`,
    'ALTER ROLE app WITH LOGIN IN ROLE postgres;',
    'ALTER ROLE app WITH LOGIN /* ; */ SUPERUSER;',
    'ALTER ROLE app SET search_path = evil;',
    'ALTER ROLE app RENAME TO postgres;',
    'ALTER ROLE app WITH SUPERUSER;',
    'ALTER ROLE ALL WITH',
    'GRANT pg_execute_server_program TO app;',
  ])('is nothing where it says anything else: %s', (text) => {
    expect(readAttributes(text)).toBeNull()
  })
})
