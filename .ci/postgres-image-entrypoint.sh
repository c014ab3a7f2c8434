#!/usr/bin/env bash
# Entry point of the image that build-postgres-image makes. Same environment variables as the official image's.
set -euo pipefail

# `VARIABLE` or the content of the file that `VARIABLE_FILE` names.
from_env() {
  local name=$1 file_name=${1}_FILE default=${2:-}
  if [ -n "${!file_name:-}" ]; then
    printf -v "$name" '%s' "$(<"${!file_name}")"
  else
    printf -v "$name" '%s' "${!name:-$default}"
  fi
}

run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) as_superuser -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | as_superuser ;;
    esac
  done
}

as_superuser() {
  PGHOST='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password \
    --username "$POSTGRES_USER" --dbname "${database:-$POSTGRES_DB}" "$@"
}

initialise() {
  from_env POSTGRES_PASSWORD
  from_env POSTGRES_USER postgres
  from_env POSTGRES_DB "$POSTGRES_USER"
  from_env POSTGRES_INITDB_ARGS
  local method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
    echo 'POSTGRES_PASSWORD is not set' >&2
    exit 1
  fi

  # The arguments are a list of words, as in the official image.
  eval "local args=($POSTGRES_INITDB_ARGS)"
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${args[@]}"
  printf 'host all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"

  # Init files meet a server with the arguments of the real one, but for listening on the socket only; images built on
  # this one may ask for a password there too.
  export PGPASSWORD=$POSTGRES_PASSWORD
  pg_ctl -D "$PGDATA" -w -o "$(printf '%q ' "$@" -c listen_addresses= -p 5432)" start
  if [ "$POSTGRES_DB" != postgres ]; then
    database=postgres as_superuser --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  run_init_files
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset POSTGRES_PASSWORD PGPASSWORD
}

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi

if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  install -d -m 700 -o postgres -g postgres "$PGDATA"
  install -d -m 3775 -o postgres -g postgres /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then initialise "${@:2}"; fi
exec "$@"
