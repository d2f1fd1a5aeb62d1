#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What including <usocket/usocket.hpp> costs, next to <iostream> with <chrono> (its measure) and standalone Asio.
# Fails if it is more than 1.2 times its measure in preprocessed lines.
# Usage: include_cost.sh [COMPILER] [INCLUDE_DIR...]
set -euo pipefail
cd "$(dirname "$0")/.."

limit=1.2
compiler=${1:-g++}
shift || true
[ $# -gt 0 ] || set -- include src/platform/posix/include

flags=(-std=c++20)
for dir in "$@"; do
    flags+=("-I$dir")
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# lines NAME: preprocessed, without line markers.
lines() { "$compiler" "${flags[@]}" -E -P "$folder/$1.cpp" | wc -l; }

# milliseconds NAME: the quickest of three compilations.
milliseconds() {
    local best=999999 start spent
    for _ in 1 2 3; do
        start=$(date +%s%N)
        "$compiler" "${flags[@]}" -c "$folder/$1.cpp" -o "$folder/$1.o"
        spent=$((($(date +%s%N) - start) / 1000000))
        [ "$spent" -ge "$best" ] || best=$spent
    done
    echo "$best"
}

echo 'int main() {}' >"$folder/nothing.cpp"
printf '#include <chrono>\n#include <iostream>\n' >"$folder/measure.cpp"
echo '#include <usocket/usocket.hpp>' >"$folder/usocket.cpp"
names=(nothing measure usocket)
titles=("nothing" "<iostream> and <chrono>" "<usocket/usocket.hpp>")
if [ -e /usr/include/asio.hpp ]; then
    echo '#include <asio.hpp>' >"$folder/asio.cpp"
    names+=(asio)
    titles+=("<asio.hpp> (standalone)")
fi

measure=$(lines measure)
ratio=
printf '%-28s %10s %8s %12s\n' "$("$compiler" -dumpfullversion -dumpversion)" lines ratio "compile, ms"
for i in "${!names[@]}"; do
    count=$(lines "${names[i]}")
    this=$(awk -v a="$count" -v b="$measure" 'BEGIN { printf "%.3f", a / b }')
    [ "${names[i]}" != usocket ] || ratio=$this
    printf '%-28s %10d %8s %12d\n' "${titles[i]}" "$count" "$this" "$(milliseconds "${names[i]}")"
done
if awk -v r="$ratio" -v l="$limit" 'BEGIN { exit !(r > l) }'; then
    echo "<usocket/usocket.hpp> costs $ratio times <iostream> and <chrono>: $limit is the limit"
    exit 1
fi
