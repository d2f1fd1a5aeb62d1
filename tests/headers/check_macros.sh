#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Fails if <usocket/usocket.hpp> defines a macro that the standard headers it includes do not define already.
# Usage: check_macros.sh COMPILER INCLUDE_DIR...
set -euo pipefail

compiler=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

flags=(-std=c++20 -dM -E -x c++)
headers=()
for dir in "$@"; do
    flags+=("-I$dir")
    headers+=("$dir"/usocket/*.hpp)
done

macros() { "$compiler" "${flags[@]}" "$1" | awk '{ sub(/\(.*/, "", $2); print $2 }' | sort -u; }

# One and the same list of standard headers, the first time alone.
grep -hE '^#include <[a-z_]+>' "${headers[@]}" | sort -u >"$folder/without.cpp"
{ cat "$folder/without.cpp" && echo '#include <usocket/usocket.hpp>'; } >"$folder/with.cpp"

macros "$folder/without.cpp" >"$folder/without"
macros "$folder/with.cpp" >"$folder/with"
if [ "$(wc -l <"$folder/with")" -lt 100 ]; then
    echo "the compiler listed no macros: nothing was checked"
    exit 1
fi
if leaked=$(comm -13 "$folder/without" "$folder/with") && [ -n "$leaked" ]; then
    echo "<usocket/usocket.hpp> defines:" "$leaked"
    exit 1
fi
echo "<usocket/usocket.hpp> defines no macro of its own"
