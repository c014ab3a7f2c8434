/**
 * Tables of the platform whose rows come in dumps without their definition, by what is known of their columns. A column
 * that a dump names and that is not here becomes text, unless production's facts say more. Its enumerations:
 * known-types.ts.
 */
export const knownTables: Readonly<Record<string, string>> = {
  'auth.audit_log_entries':
    'instance_id uuid, id uuid, payload json, created_at timestamptz, ip_address character varying(64)',
  'auth.instances': 'id uuid, uuid uuid, raw_base_config text, created_at timestamptz, updated_at timestamptz',
  'auth.refresh_tokens':
    'instance_id uuid, id bigint, token character varying(255), user_id character varying(255), revoked boolean, created_at timestamptz, updated_at timestamptz, parent character varying(255), session_id uuid',
  'auth.sessions':
    'id uuid, user_id uuid, created_at timestamptz, updated_at timestamptz, factor_id uuid, aal auth.aal_level, not_after timestamptz, refreshed_at timestamp, user_agent text, ip inet, tag text, oauth_client_id uuid, refresh_token_hmac_key text, refresh_token_counter bigint, scopes text',
  'auth.mfa_factors':
    'id uuid, user_id uuid, friendly_name text, factor_type auth.factor_type, status auth.factor_status, created_at timestamptz, updated_at timestamptz, secret text, phone text, last_challenged_at timestamptz, web_authn_credential jsonb, web_authn_aaguid uuid, last_webauthn_challenge_data jsonb',
  'auth.mfa_challenges':
    'id uuid, factor_id uuid, created_at timestamptz, verified_at timestamptz, ip_address inet, otp_code text, web_authn_session_data jsonb',
  'auth.mfa_amr_claims':
    'session_id uuid, created_at timestamptz, updated_at timestamptz, authentication_method text, id uuid',
  'auth.flow_state':
    'id uuid, user_id uuid, auth_code text, code_challenge_method auth.code_challenge_method, code_challenge text, provider_type text, provider_access_token text, provider_refresh_token text, created_at timestamptz, updated_at timestamptz, authentication_method text, auth_code_issued_at timestamptz',
  'auth.one_time_tokens':
    'id uuid, user_id uuid, token_type auth.one_time_token_type, token_hash text, relates_to text, created_at timestamp, updated_at timestamp',
  'auth.oauth_clients':
    'id uuid, client_secret_hash text, registration_type auth.oauth_registration_type, redirect_uris text, grant_types text, client_name text, client_uri text, logo_uri text, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz, client_type auth.oauth_client_type, token_endpoint_auth_method text',
  'auth.oauth_authorizations':
    'id uuid, authorization_id text, client_id uuid, user_id uuid, redirect_uri text, scope text, state text, resource text, code_challenge text, code_challenge_method auth.code_challenge_method, response_type auth.oauth_response_type, status auth.oauth_authorization_status, authorization_code text, created_at timestamptz, expires_at timestamptz, approved_at timestamptz, nonce text',
  'auth.oauth_consents':
    'id uuid, user_id uuid, client_id uuid, scopes text, granted_at timestamptz, revoked_at timestamptz',
  'auth.sso_providers': 'id uuid, resource_id text, created_at timestamptz, updated_at timestamptz, disabled boolean',
  'auth.sso_domains': 'id uuid, sso_provider_id uuid, domain text, created_at timestamptz, updated_at timestamptz',
  'auth.saml_providers':
    'id uuid, sso_provider_id uuid, entity_id text, metadata_xml text, metadata_url text, attribute_mapping jsonb, created_at timestamptz, updated_at timestamptz, name_id_format text',
  'auth.saml_relay_states':
    'id uuid, sso_provider_id uuid, request_id text, for_email text, redirect_to text, created_at timestamptz, updated_at timestamptz, flow_state_id uuid',
  'storage.buckets': 'type storage.buckettype',
  'storage.s3_multipart_uploads':
    'id text, in_progress_size bigint, upload_signature text, bucket_id text, key text, version text, owner_id text, created_at timestamptz, user_metadata jsonb, metadata jsonb',
  'storage.s3_multipart_uploads_parts':
    'id uuid, upload_id text, size bigint, part_number integer, bucket_id text, key text, etag text, owner_id text, version text, created_at timestamptz',
  'storage.prefixes': 'bucket_id text, name text, level integer, created_at timestamptz, updated_at timestamptz',
  'storage.buckets_analytics':
    'id text, type storage.buckettype, format text, created_at timestamptz, updated_at timestamptz',
  'supabase_functions.hooks':
    'id bigint, hook_table_id integer, hook_name text, created_at timestamptz, request_id bigint',
  'supabase_migrations.schema_migrations': 'version text, statements text[], name text',
  'pgmq.meta': 'queue_name character varying, is_partitioned boolean, is_unlogged boolean, created_at timestamptz',
}

/** Queues of pgmq, and their archives: one table each, called after the queue. */
const queue =
  'msg_id bigint, read_ct integer, enqueued_at timestamptz, archived_at timestamptz, vt timestamptz, message jsonb, headers jsonb, last_read_at timestamptz'

/** Types of the columns that are known of a table, by name. */
export function knownColumns(schema: string, name: string): ReadonlyMap<string, string> {
  const text = knownTables[`${schema}.${name}`] ?? (schema === 'pgmq' && /^[qa]_/.test(name) ? queue : '')
  return new Map(
    text
      .split(', ')
      .filter((column) => column !== '')
      .map((column) => [column.slice(0, column.indexOf(' ')), column.slice(column.indexOf(' ') + 1)]),
  )
}
