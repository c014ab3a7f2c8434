import { describe, expect, test } from 'vitest'
import { timeOfName } from './time-of-name.ts'

const local = (...parts: [number, number, number, number?, number?, number?]) => {
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts
  return new Date(year, month - 1, day, hour, minute, second)
}

describe('the time in a name', () => {
  test.each([
    ['production_full_backup_20251022_101530.sql', local(2025, 10, 22, 10, 15, 30)],
    ['production_migration_20251022_101530', local(2025, 10, 22, 10, 15, 30)],
    ['edupath-2025-10-22T10-15-30.dump', local(2025, 10, 22, 10, 15, 30)],
    ['edupath_2025-10-22_10:15:30.sql.gz', local(2025, 10, 22, 10, 15, 30)],
    ['db_2025-10-22-1015.backup', local(2025, 10, 22, 10, 15)],
    ['20251022101530.tar', local(2025, 10, 22, 10, 15, 30)],
  ])('%s is read in the zone of this machine', (name, at) => {
    expect(timeOfName(name)).toEqual({ at, zoned: false, dayOnly: false })
  })

  test.each([
    ['db_cluster-22-10-2025@03-15-00.backup.gz', '2025-10-22T03:15:00Z'],
    ['x-2025-10-22T10:15:30Z.sql', '2025-10-22T10:15:30Z'],
    ['x-20251022T101530Z.sql', '2025-10-22T10:15:30Z'],
    ['x-2025-10-22T10-15-30.123Z.sql', '2025-10-22T10:15:30Z'],
    ['x-2025-10-22T10:15:30+09:00.sql', '2025-10-22T01:15:30Z'],
    ['backup-1761128130.sql', '2025-10-22T10:15:30Z'],
  ])('%s says its zone', (name, iso) => {
    expect(timeOfName(name)).toEqual({ at: new Date(iso), zoned: true, dayOnly: false })
  })

  test.each([
    ['pre-migration-baseline-2025-10-22', local(2025, 10, 22)],
    ['backup-20251022.sql', local(2025, 10, 22)],
    ['db_22-10-2025.sql', local(2025, 10, 22)],
    ['20251022-12345678.sql', local(2025, 10, 22)],
  ])('%s says a day', (name, at) => {
    expect(timeOfName(name)).toEqual({ at, zoned: false, dayOnly: true })
  })

  test.each(['full_database_backup.sql', 'x-2025-13-45.sql', 'x-2025-02-30.sql', 'v12.34.sql', 'orders_123456789.sql'])(
    '%s says none',
    (name) => {
      expect(timeOfName(name)).toBeNull()
    },
  )
})
