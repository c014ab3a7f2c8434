import { quoteIdentifier, quoteLiteral } from '../core/index.ts'
import type { StandInEnum } from './types.ts'

/**
 * Enumerations of the platform's that policies, views and functions of a user's name, by what is known of their values: the
 * policy that everybody copies for a second factor compares with `'verified'::auth.factor_status`. Where production's facts
 * are at hand, theirs are taken instead: new values come with new versions.
 */
const knownEnums: Readonly<Record<string, string>> = {
  'auth.aal_level': 'aal1 aal2 aal3',
  'auth.code_challenge_method': 's256 plain',
  'auth.factor_status': 'unverified verified',
  'auth.factor_type': 'totp webauthn phone recovery_code',
  'auth.oauth_authorization_status': 'pending approved denied expired',
  'auth.oauth_client_type': 'public confidential',
  'auth.oauth_registration_type': 'dynamic manual',
  'auth.oauth_response_type': 'code',
  'auth.one_time_token_type':
    'confirmation_token reauthentication_token recovery_token email_change_token_new email_change_token_current phone_change_token',
  'realtime.action': 'INSERT UPDATE DELETE TRUNCATE ERROR',
  'storage.buckettype': 'STANDARD ANALYTICS VECTOR',
}

/** Those of the schemas that are laid: production's where it is known, else those that are known. By name. */
export function enumsFor(schemas: readonly string[], there: readonly StandInEnum[]): readonly StandInEnum[] {
  const known = Object.entries(knownEnums).map(([key, labels]): StandInEnum => {
    const [schema = '', name = ''] = key.split('.')
    return { schema, name, labels: labels.split(' ') }
  })
  const all = new Map([...known, ...there].map((one) => [`${one.schema}.${one.name}`, one]))
  return [...all.entries()]
    .filter(([, { schema, labels }]) => schemas.includes(schema) && labels.length > 0)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, one]) => one)
}

/** One that is there stays as it is. */
export function enumUnlessThere({ schema, name, labels }: StandInEnum): string {
  return `DO $do$ BEGIN
    CREATE TYPE ${quoteIdentifier(schema)}.${quoteIdentifier(name)} AS ENUM (${labels.map(quoteLiteral).join(', ')});
  EXCEPTION WHEN duplicate_object THEN NULL;
  END $do$`
}

const plainType =
  /^(?:bigint|boolean|bytea|character varying|character|cidr|date|double precision|inet|integer|interval|jsonb?|name|numeric|oid|real|smallint|text|time|timestamptz|timestamp|tsvector|uuid)(?:\(\d+(?:,\d+)?\))?(?: with(?:out)? time zone)?(?:\[\])?$/

/** A column's type as production has it, where every server has it too, or it is one of the enumerations; else null. */
export function typeToLay(type: string | undefined, enums: readonly StandInEnum[]): string | null {
  if (type === undefined) return null
  if (plainType.test(type)) return type
  const one = enums.find(({ schema, name }) => type === `${schema}.${name}`)
  return one === undefined ? null : `${quoteIdentifier(one.schema)}.${quoteIdentifier(one.name)}`
}
