import { z } from 'zod'

/** Who sees what of one database: an optional part of the facts. Files written before it was known have none. */
export interface AccessFacts {
  /** In the order in which they looked. */
  readonly viewers: readonly ViewerFact[]
}

/** One way to come to the database: a role, with the claims and settings that it brings. */
export interface ViewerFact {
  /** Unique: `anon`, `user 1f0c9a3b`. Never an id or a claim itself. */
  readonly name: string
  readonly role: string
  /** SHA-256 of a user's id, hexadecimal; null for a role that comes as nobody. */
  readonly user: string | null
  /** Why it could not look, with the remedy; it then has no sights. */
  readonly blocked?: { readonly why: string; readonly remedy: string }
  /** Sorted by relation. A relation that it holds no privilege on is not among them. */
  readonly sights: readonly SightFact[]
}

/** What one viewer gets of one relation. */
export interface SightFact {
  /** As facts spell it: `public.orders`. */
  readonly relation: string
  readonly kind: 'table' | 'view' | 'materialized view'
  /** What it may do by the catalogue, memberships included: `DELETE, SELECT`. */
  readonly privileges: string
  /** Columns it may read, where those are not all of them. */
  readonly columns?: readonly string[]
  /** Rows that SELECT gave; `all` where nothing filters them, `unread` where there is nothing to be learnt from reading. */
  readonly rows: string
  /** Order-independent, over the columns it may read, or over `key`; null where it was not taken. */
  readonly fingerprint: string | null
  /** The primary key, where that alone was hashed: which rows are seen. What is in them, the table's own fact says. */
  readonly key?: readonly string[]
  /** What SELECT ended with instead of rows. */
  readonly sqlstate?: string
  /** Why two equal databases may give different rows: it asks for the moment, or for an order that nobody promised. */
  readonly unsettled?: 'moment' | 'order'
}

const sight = z.strictObject({
  relation: z.string(),
  kind: z.enum(['table', 'view', 'materialized view']),
  privileges: z.string(),
  columns: z.array(z.string()).exactOptional(),
  rows: z.string().regex(/^(?:\d+|all|unread)$/),
  fingerprint: z
    .string()
    .regex(/^-?\d+$/)
    .nullable(),
  key: z.array(z.string()).exactOptional(),
  sqlstate: z.string().exactOptional(),
  unsettled: z.enum(['moment', 'order']).exactOptional(),
})

export const accessSchema = z.strictObject({
  viewers: z.array(
    z.strictObject({
      name: z.string(),
      role: z.string(),
      user: z.string().nullable(),
      blocked: z.strictObject({ why: z.string(), remedy: z.string() }).exactOptional(),
      sights: z.array(sight),
    }),
  ),
}) satisfies z.ZodType<AccessFacts>
