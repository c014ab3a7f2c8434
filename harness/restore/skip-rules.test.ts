import { describe, expect, it } from 'vitest'
import type { StatementEntry } from '../dump/index.ts'
import { skipReason } from './skip-rules.ts'

function statement(verb: string, object: string | null, text: string): StatementEntry {
  return { kind: 'statement', offset: 0, line: 1, text: Buffer.from(text), verb, object, label: null }
}

const context = { superuser: 'postgres', platformDatabase: 'rehearsal' }
const hostilityOf = (entry: StatementEntry): boolean | null => skipReason(entry, context)?.hostile ?? null

describe('what is not run', () => {
  it('is what reaches outside the database, and is called hostile', () => {
    expect(hostilityOf(statement('ALTER SYSTEM', null, "ALTER SYSTEM SET archive_command = 'x';"))).toBe(true)
    expect(hostilityOf(statement('COPY', 'x', "COPY x FROM PROGRAM 'id';"))).toBe(true)
    expect(hostilityOf(statement('LOAD', null, "LOAD 'x';"))).toBe(true)
    expect(hostilityOf(statement('CREATE TABLE', 'x', 'CREATE TABLE x ();'))).toBeNull()
  })

  it("is what takes the superuser's rights away, but not his settings, nor what others lose", () => {
    const alter = (text: string, object = 'postgres') => hostilityOf(statement('ALTER ROLE', object, text))
    expect(alter('ALTER ROLE postgres WITH NOSUPERUSER;')).toBe(false)
    expect(alter('ALTER ROLE "postgres" WITH NOSUPERUSER;')).toBe(false)
    expect(alter('ALTER ROLE postgres NOSUPERUSER;')).toBe(false)
    expect(alter("ALTER ROLE postgres SET application_name TO 'x WITH y';")).toBeNull()
    expect(alter('ALTER ROLE "postgres" IN DATABASE "a WITH b" SET work_mem TO 1;')).toBeNull()
    expect(alter('ALTER ROLE postgres RESET ALL;')).toBeNull()
    expect(alter('ALTER ROLE web WITH NOSUPERUSER;', 'web')).toBeNull()
  })

  it('is dropping the database that holds the platform, and no other', () => {
    const drop = (object: string) => skipReason(statement('DROP DATABASE', object, ''), context)
    expect(drop('rehearsal')).toMatchObject({ hostile: false })
    expect(drop('shop')).toBeNull()
    expect(skipReason(statement('DROP DATABASE', 'rehearsal', ''), { ...context, platformDatabase: null })).toBeNull()
  })
})
