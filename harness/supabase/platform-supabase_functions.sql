-- A stand-in for the schema of database webhooks: their triggers call a function that does nothing, so that no request
-- leaves.
-- Run as a superuser, after platform-roles.sql; idempotent. Checked on PostgreSQL 15 and 17.

CREATE SCHEMA IF NOT EXISTS supabase_functions;
GRANT USAGE ON SCHEMA supabase_functions TO anon, authenticated, service_role, postgres;

CREATE OR REPLACE FUNCTION supabase_functions.http_request() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RETURN coalesce(NEW, OLD);
END
$$;
