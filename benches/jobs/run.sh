#!/usr/bin/env bash
# Jobs per second and milliseconds to start, ours beside others', in one run on one machine: benches/jobs/run.sh
#
# It starts a PostgreSQL server of its own, with fsync on, and gives each library a new database or a new file. Needs
# PostgreSQL's programs, Node 20, and room for two release builds. Out: a table, with ratios to ours.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=${BENCH_TARGET:-$here/target}
server=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
folder=$(TMPDIR=/tmp mktemp -d)
chmod 777 "$folder"
as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
finish() { as_postgres "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"; }
trap finish EXIT
cd /tmp
as_postgres "$server/initdb" -D "$folder/data" -U postgres -A trust --no-locale -E UTF8 > "$folder/initdb.log"
as_postgres "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/server.log" \
    -o "-k $folder -c listen_addresses=127.0.0.1 -c port=54329 -c max_connections=200 -c shared_buffers=128MB" start

CARGO_TARGET_DIR=$target/rivals cargo build --quiet --release --manifest-path "$here/rivals/Cargo.toml"
CARGO_TARGET_DIR=$target/ours cargo build --quiet --release --manifest-path "$here/ours/Cargo.toml"
(cd "$here/pg-boss" && npm install --silent --no-audit --no-fund)

database() { # a new one; its URL
    psql -q -h 127.0.0.1 -p 54329 -U postgres -c "CREATE DATABASE $1" > /dev/null
    echo "postgres://postgres@127.0.0.1:54329/$1"
}
said() { "${@:2}" 2> "$folder/$1.err" > "$folder/$1.out" || { tail -5 "$folder/$1.err" >&2; echo "$1 failed" >&2; }; }
rivals=$target/rivals/release/rivals
said sqlite "$target/ours/release/sqlite" "$folder/ours.db"
said apalis-sqlite "$rivals" apalis-sqlite "$folder/apalis.db"
said postgres "$target/ours/release/postgres" "$(database ours)"
said apalis-postgres "$rivals" apalis-postgres "$(database apalis)"
said graphile_worker "$rivals" graphile "$(database graphile)"
said pg-boss node "$here/pg-boss/run.mjs" "$(database pgboss)"

figure() { awk -v name="$2" '$1 == name { print $2 }' "$folder/$1.out"; }
printf '%-16s %12s %8s %12s %8s %12s\n' library enqueue/s ours worked/s ours "start in ms"
for library in sqlite apalis-sqlite postgres apalis-postgres graphile_worker pg-boss; do
    case $library in sqlite | apalis-sqlite) ours=sqlite ;; *) ours=postgres ;; esac
    ratio() { awk -v a="$(figure $ours "$1")" -v b="$(figure $library "$1")" 'BEGIN { if (b > 0) printf "%.1f x", a / b }'; }
    printf '%-16s %12s %8s %12s %8s %12s\n' "$library" "$(figure $library enqueue)" "$(ratio enqueue)" \
        "$(figure $library worked)" "$(ratio worked)" "$(figure $library start)"
done
for ours in sqlite postgres; do
    awk -v of="$ours" '$1 != "enqueue" && $1 != "worked" && $1 != "start" { print of, $0 }' "$folder/$ours.out"
done
