-- The roles that a Supabase project finds in its database before its own schema. Run as a superuser; idempotent.
-- Checked on PostgreSQL 15 and 17.

DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('anon',                'NOLOGIN NOINHERIT'),
      ('authenticated',       'NOLOGIN NOINHERIT'),
      ('service_role',        'NOLOGIN NOINHERIT BYPASSRLS'),
      ('authenticator',       'LOGIN NOINHERIT'),
      ('supabase_auth_admin', 'NOLOGIN NOINHERIT CREATEROLE'),
      ('dashboard_user',      'NOLOGIN CREATEDB CREATEROLE')
    ) AS role (name, attributes)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
    END IF;
  END LOOP;
END
$$;

GRANT anon, authenticated, service_role TO authenticator;

ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
