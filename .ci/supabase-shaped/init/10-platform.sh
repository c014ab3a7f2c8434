#!/usr/bin/env bash
# The platform's roles and schemas, in two goes with a server of their own each.
set -euo pipefail

run() { psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username supabase_admin --dbname postgres "$@"; }

run --set password="$PGPASSWORD" <<'SQL'
CREATE ROLE postgres SUPERUSER LOGIN PASSWORD :'password';
CREATE ROLE anon NOLOGIN NOINHERIT;
CREATE ROLE authenticated NOLOGIN NOINHERIT;
CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
CREATE ROLE authenticator LOGIN NOINHERIT;
GRANT anon, authenticated, service_role TO authenticator;
ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
CREATE ROLE supabase_auth_admin LOGIN NOINHERIT CREATEROLE;
CREATE ROLE supabase_storage_admin LOGIN NOINHERIT CREATEROLE;
CREATE ROLE supabase_replication_admin LOGIN REPLICATION;
CREATE ROLE supabase_read_only_user LOGIN BYPASSRLS;
CREATE ROLE dashboard_user NOLOGIN CREATEROLE CREATEDB REPLICATION;
CREATE ROLE pgbouncer LOGIN;
CREATE SCHEMA extensions AUTHORIZATION postgres;
CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin;
CREATE SCHEMA storage AUTHORIZATION supabase_admin;
CREATE PUBLICATION supabase_realtime;
CREATE EXTENSION pgcrypto WITH SCHEMA extensions;
CREATE EXTENSION "uuid-ossp" WITH SCHEMA extensions;
SQL

# Settings of extensions want a new start. This server listens where the real one will and has its arguments: whoever
# takes the first answer for the last one meets a server that goes away again.
arguments=$(cut -d' ' -f2- "$PGDATA/postmaster.opts")
pg_ctl -D "$PGDATA" -m fast -w stop
pg_ctl -D "$PGDATA" -w -o "$arguments \"-c\" \"listen_addresses=*\"" start
sleep 1

run <<'SQL'
ALTER DATABASE postgres OWNER TO postgres;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER ROLE postgres NOSUPERUSER CREATEDB CREATEROLE LOGIN REPLICATION BYPASSRLS;
SQL
