/** How a column's values are made text before they are hashed. */
export type TextForm =
  /** The server's cast, which is the output function or as exact as it, and never an empty text. */
  | 'cast'
  /** Text as it is, which may be empty. */
  | 'text'
  /** The number behind it. */
  | 'code'
  /** The type's output function: what a dump holds. */
  | 'output'

/**
 * Built-in types by OID that need no output function call of ours. Everything else takes `output`: types of users and
 * extensions, domains, arrays, enums, ranges; and of the built-in ones those whose cast to text is not what a dump holds:
 * `xml` (a declaration is kept by the cast, not by the dump), `bpchar` (blanks at the end are cut off by the cast).
 * OIDs of built-in types never change: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
 */
export const textForms: Readonly<Record<number, TextForm>> = {
  16: 'cast', // boolean
  17: 'cast', // bytea
  // "char": from 16 on, the server spells bytes above 127 in another way.
  18: 'code',
  19: 'text', // name
  20: 'cast', // bigint
  21: 'cast', // smallint
  23: 'cast', // integer
  25: 'text', // text
  26: 'cast', // oid
  28: 'cast', // xid
  114: 'cast', // json
  650: 'cast', // cidr
  700: 'cast', // real
  701: 'cast', // double precision
  829: 'cast', // macaddr
  869: 'cast', // inet
  1043: 'text', // character varying
  1082: 'cast', // date
  1083: 'cast', // time
  1114: 'cast', // timestamp
  1184: 'cast', // timestamp with time zone
  1186: 'cast', // interval
  1266: 'cast', // time with time zone
  1700: 'cast', // numeric
  2950: 'cast', // uuid
  3802: 'cast', // jsonb
}

export function textFormOf(type: number): TextForm {
  return textForms[type] ?? 'output'
}
