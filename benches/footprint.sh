#!/usr/bin/env bash
# Measures the release binary of the template: time from exec to the first answer, memory when idle, size.
# Needs bash and Linux's /proc. Prints a Markdown table. STARTS sets how many starts the median is of (default 11).
set -euo pipefail
cd "$(dirname "$0")/.."
starts=${STARTS:-11}
binary=${CARGO_TARGET_DIR:-target}/release/app
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT

cargo build --quiet --release --locked --manifest-path app-template/Cargo.toml

# A free port: what the system gives a server that asks for port 0. It is read from the log, once.
HTTP_PORT=0 DB_PATH="$folder/port.db" "$binary" 2>"$folder/log" &
server=$!
until port=$(grep -o 'serves http://127.0.0.1:[0-9]*' "$folder/log" | grep -o '[0-9]*$'); do
    kill -0 "$server" || { cat "$folder/log"; exit 1; }
done
kill -TERM "$server"
wait "$server"

# The status of one request; fails where nobody listens yet.
first_answer() {
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n' >&3
    read -r _ status _ <&3
    echo "$status"
}

times=
for start in $(seq "$starts"); do
    # A new database each time: the migrations are part of the start.
    export HTTP_PORT=$port DB_PATH="$folder/$start.db" LOG_LEVEL=warn
    began=$(date +%s%N)
    "$binary" 2>"$folder/log" &
    server=$!
    # bash speaks HTTP itself: a process per attempt would be most of what is measured.
    until answer=$(first_answer 2>/dev/null) && [ "$answer" = 200 ]; do
        kill -0 "$server" || { cat "$folder/log"; exit 1; }
    done
    ended=$(date +%s%N)
    times="$times $(((ended - began) / 1000))"
    if [ "$start" = "$starts" ]; then
        sleep 2
        memory=$(awk '/^VmRSS:/ { print $2 }' "/proc/$server/status")
    fi
    kill -TERM "$server"
    wait "$server"
    server=
done

median=$(printf '%s\n' $times | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }')
size=$(stat --format %s "$binary")
echo "| what | figure |"
echo "|---|--:|"
awk -v n="$median" -v c="$starts" 'BEGIN { printf "| exec to first answer, empty database, median of %d | %.1f ms |\n", c, n / 1000 }'
awk -v n="$memory" 'BEGIN { printf "| resident memory, idle | %.1f MiB |\n", n / 1024 }'
awk -v n="$size" 'BEGIN { printf "| size of the binary | %.1f MiB |\n", n / 1048576 }'
