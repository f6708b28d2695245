#!/usr/bin/env bash
# Builds FerretDB 1, a MongoDB server on SQLite, for the tests where there is no mongod. Needs Go 1.22 or newer.
#   bash tools/install-ferretdb.sh /usr/local/bin
set -euo pipefail
to=$(realpath "${1:?where the program goes}")
version=v1.24.0
folder=$(go mod download -json "github.com/FerretDB/FerretDB@$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -r --no-preserve=mode "$folder/." "$scratch"
# The module lacks the one file that says which version it is, and the program ends at once without it.
echo "$version" >"$scratch/build/version/version.txt"
go build -C "$scratch" -buildvcs=false -o "$to/ferretdb" ./cmd/ferretdb
