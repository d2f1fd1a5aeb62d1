#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs a Windows program under Wine, in a Wine of the build's own; what CMAKE_CROSSCOMPILING_EMULATOR calls.
# Usage: run_with_wine.sh PROGRAM.exe [ARGUMENT...]
#        run_with_wine.sh --start | --stop    Wine's server stays, as quick starts need, until it is told to go
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
export WINEPREFIX=${WINEPREFIX:-$here/build/wine}
export WINEDEBUG=${WINEDEBUG:--all}
export WINEDLLOVERRIDES=${WINEDLLOVERRIDES:-mscoree,mshtml=} # no offers to install what no test needs
export WINEPATH=${WINEPATH:-}

wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
server=$(command -v wineserver64 || echo /usr/lib/wine/wineserver64)
if [ ! -x "$wine" ]; then
    echo "run_with_wine: there is no Wine: install wine64" >&2
    exit 2
fi

case ${1:-} in
    --start)
        mkdir -p "$WINEPREFIX"
        # Its streams closed: Wine's services would otherwise hold those of whoever started them first.
        "$server" -p >/dev/null 2>&1 </dev/null || true
        "$wine" cmd /c exit >/dev/null 2>&1 </dev/null
        ;;
    --stop) "$server" -k >/dev/null 2>&1 || true ;;
    *)
        mkdir -p "$WINEPREFIX"
        exec "$wine" "$@"
        ;;
esac
