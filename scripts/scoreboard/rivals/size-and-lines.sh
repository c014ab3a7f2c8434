#!/bin/sh
# What people write first: every file is there, is not empty, and has lines.
found=0
for file in $(find "$SET" -type f ! -name manifest.json ! -name baseline.json); do
  found=1
  [ -s "$file" ] || exit 1
  wc -l < "$file" > /dev/null || exit 1
done
[ "$found" = 1 ]
