#!/usr/bin/env bash
# build-suite.sh <major> <folder>: PostgreSQL's own regression suite, built from Debian's source package as
# <folder>/<major>: regress/ with pg_regress, regress.so, the tests and what they read, and bin/psql. No server: the
# suite runs against one that is there. Needs gcc, libc6-dev, make, perl, bison, flex and bzip2. Does nothing when it is
# built.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../.ci/debian-archive.sh"

major=${1:?usage: build-suite.sh <major> <folder>}
mkdir -p "${2:?usage: build-suite.sh <major> <folder>}"
target=$(cd "$2" && pwd)/$major
[ ! -x "$target/regress/pg_regress" ] || exit 0

suite=$(suite_of_major "$major")
work=$target.building
rm -rf "$work" "$target"
mkdir -p "$work"/{state/lists/partial,cache/archives/partial,source}
touch "$work/state/status"
# The machine's own suites stay as they are: an apt state of its own. Tests need no security updates.
sources_for "$suite" | grep -v -- '-security ' | sed 's/^deb /deb-src /' >"$work/sources.list"
apt=(apt-get -qq
  -o "Dir::State=$work/state" -o "Dir::State::status=$work/state/status" -o "Dir::Cache=$work/cache"
  -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::Etc::preferencesparts=/dev/null
  -o APT::Sandbox::User=root)
"${apt[@]}" update
(cd "$work" && "${apt[@]}" source --download-only "postgresql-$major" >/dev/null)
# Upstream's release; Debian's patches are about where things are installed.
tar -xf "$work/postgresql-${major}"_*.orig.tar.* -C "$work/source" --strip-components=1

cd "$work/source"
./configure --prefix="$target" --without-readline --without-zlib --without-icu >"$work/configure.log"
make -s -C src/backend generated-headers >"$work/make.log" 2>&1
make -s -j"$(nproc)" -C src/test/regress all >>"$work/make.log" 2>&1
# The same minor's psql: what it prints is what the tests expect.
for part in src/interfaces/libpq src/bin/psql; do make -s -j"$(nproc)" -C "$part" install >>"$work/make.log" 2>&1; done
cp -r src/test/regress "$target/regress.part"
# A server that runs as somebody else reads it.
chmod -R a+rX "$target"
mv "$target/regress.part" "$target/regress"
rm -rf "$work"
