#!/bin/sh
# Restores into an empty database; the answer is the client's exit code.
restore() {
  case $1 in
    *.sql.gz | *.backup.gz) gunzip -c "$1" | psql -X -q ;;
    *.sql.zst) zstd -dc "$1" | psql -X -q ;;
    *.sql | */db_cluster) psql -X -q -f "$1" ;;
    *) pg_restore --no-owner -d "$PGDATABASE" "$1" ;;
  esac
} > /dev/null 2>&1
set -e
[ -f "$SET/roles.sql" ] && restore "$SET/roles.sql"
if [ -f "$SET/data.sql" ]; then
  restore "$SET/schema.sql"
  restore "$SET/data.sql"
  if [ -f "$SET/changes.sql" ]; then restore "$SET/changes.sql"; fi
else
  restore "$DUMP"
fi
