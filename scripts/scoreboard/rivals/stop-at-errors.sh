#!/bin/sh
# The same by those who have read the manual: what is refused stops the client, and its exit code is 3 or 1.
restore() {
  case $1 in
    *.sql.gz | *.backup.gz) gunzip -c "$1" | psql -X -q -v ON_ERROR_STOP=1 ;;
    *.sql.zst) zstd -dc "$1" | psql -X -q -v ON_ERROR_STOP=1 ;;
    *.sql | */db_cluster) psql -X -q -v ON_ERROR_STOP=1 -f "$1" ;;
    *) pg_restore --exit-on-error --no-owner -d "$PGDATABASE" "$1" ;;
  esac
} > /dev/null 2>&1
set -e
# The role that restores is in every file of roles, and never new.
if [ -f "$SET/roles.sql" ]; then psql -X -q -f "$SET/roles.sql" > /dev/null 2>&1; fi
if [ -f "$SET/data.sql" ]; then
  restore "$SET/schema.sql"
  restore "$SET/data.sql"
  if [ -f "$SET/changes.sql" ]; then restore "$SET/changes.sql"; fi
else
  restore "$DUMP"
fi
