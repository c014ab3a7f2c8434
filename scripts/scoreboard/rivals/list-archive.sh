#!/bin/sh
# pg_restore --list reads an archive's table of contents. Of plain SQL it can say nothing.
case $DUMP in *.sql | *.gz | *.zst) exit 77 ;; esac
pg_restore --list "$DUMP" > /dev/null 2>&1
