#!/bin/sh
# The exit code, and the rows of every table held against production's. COUNTS has lines of `schema.table<tab>rows`.
here=$(dirname "$0")
sh "$here/exit-code.sh" || exit $?
[ -f "$COUNTS" ] || exit 77
while IFS="$(printf '\t')" read -r table rows; do
  found=$(psql -XAtq -c "SELECT count(*) FROM $table" 2> /dev/null) || exit 1
  [ "$found" = "$rows" ] || exit 1
done < "$COUNTS"
