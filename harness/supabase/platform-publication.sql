-- The publication that Realtime reads, without tables: which ones it has is for the dump to say.
-- Run as a superuser, after platform-roles.sql; idempotent. Checked on PostgreSQL 15 and 17.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = 'supabase_realtime') THEN
    CREATE PUBLICATION supabase_realtime;
    -- Where whoever runs this is another, and may give it away.
    BEGIN
      ALTER PUBLICATION supabase_realtime OWNER TO postgres;
    EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
      NULL;
    END;
  END IF;
END
$$;
