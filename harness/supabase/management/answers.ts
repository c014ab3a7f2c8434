import { z } from 'zod'

/*
 * The answers of the Management API, as its OpenAPI document describes them (June 2026). Unlike our own files, fields
 * that aren't known are passed over: the platform adds some. What we rest an answer on must be there.
 */

const written = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?$/i

/** ISO-8601, or as PostgreSQL prints it. Without a zone it is UTC: the platform's database runs in it. Null for all else. */
const instant = z
  .unknown()
  .optional()
  .transform((value) => {
    const [, date = '', time = '', zone = 'Z'] = written.exec(typeof value === 'string' ? value.trim() : '') ?? []
    const at = new Date(`${date}T${time}${/^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.toUpperCase()}`)
    return Number.isNaN(at.getTime()) ? null : at.toISOString()
  })

/** Nobody's backup is of a later time: such a number counts something else than seconds. */
const endOf9999 = 253_402_300_799

/** Seconds since 1970, as a number or its digits. Zero is what an unset one is. */
const unixTime = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,12}$/)
      .transform(Number),
  ])
  .pipe(z.int().min(0).max(endOf9999))
  .nullish()
  .transform((seconds) => (seconds ? new Date(seconds * 1000).toISOString() : null))

/** A status that we don't know is not `COMPLETED`, whatever it is. */
const status = z.string().max(40)

export const backupList = z
  .object({
    region: z.string().nullish(),
    walg_enabled: z.boolean().nullish(),
    pitr_enabled: z.boolean(),
    backups: z.array(
      z
        .object({
          id: z.union([z.number(), z.string()]).nullish(),
          is_physical_backup: z.boolean().nullish(),
          status,
          inserted_at: instant,
        })
        .transform((one) => ({
          id: String(one.id ?? '?'),
          physical: one.is_physical_backup ?? null,
          status: one.status,
          insertedAt: one.inserted_at,
        })),
    ),
    physical_backup_data: z
      .object({ earliest_physical_backup_date_unix: unixTime, latest_physical_backup_date_unix: unixTime })
      .nullish(),
  })
  .transform((one) => ({
    region: one.region ?? null,
    recoversToAnyPoint: one.pitr_enabled,
    backups: one.backups,
    earliestPoint: one.physical_backup_data?.earliest_physical_backup_date_unix ?? null,
    latestPoint: one.physical_backup_data?.latest_physical_backup_date_unix ?? null,
  }))

export const schedule = z
  .object({ schedule_for: z.string().regex(/^\d\d:\d\d(?::\d\d)?/) })
  .transform((one) => ({ dailyAt: one.schedule_for.slice(0, 5) }))

export const restorePoint = z
  .object({ name: z.string(), status, completed_on: instant })
  .transform((one) => ({ name: one.name, status: one.status, completedAt: one.completed_on }))

/** Rows of a query: numbers come as they are or as text, by their type. */
export const queryRows = z.array(z.record(z.string(), z.unknown()))

/** What a refusal says of itself, wherever it says it. */
export const refusalBody = z.object({
  message: z.string().optional(),
  error: z.union([z.string(), z.object({ code: z.string().optional(), message: z.string().optional() })]).optional(),
  code: z.union([z.string(), z.number()]).optional(),
  error_code: z.string().optional(),
})
