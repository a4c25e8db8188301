#!/usr/bin/env bash
# Fetches the libraries of the dashboard from npm: `update.sh 11.2.0 3.1.1` for these versions of preact and htm. Prints
# the hashes for the README.
set -euo pipefail
cd "$(dirname "$0")"
preact=$1
htm=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fetch() {
    mkdir "$folder/$1"
    (cd "$folder" && npm pack --silent "$1@$2" > /dev/null && tar xzf "$1-$2.tgz" -C "$1" --strip-components 1)
}
fetch preact "$preact"
fetch htm "$htm"
cp "$folder/preact/dist/preact.mjs" "$folder/preact/hooks/dist/hooks.mjs" "$folder/htm/dist/htm.module.js" .
cp "$folder/preact/LICENSE" preact.LICENSE
cp "$folder/htm/LICENSE" htm.LICENSE
sha256sum ./*.mjs ./*.js
