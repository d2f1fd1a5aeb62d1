#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Fails if the library imports a function of the system that the torture layer does not make faulty: each import of a
# C function must be in the list of wrapped calls, or be known as one that makes no call that can fail.
# Usage: check_calls.sh WRAPPED_LIST ARCHIVE...          (NM names another nm)
set -euo pipefail

wrapped=$1
shift

# What is no system call, or none with an outcome: memory and text, locks and condition variables, the environment,
# errno, and what the compiler, its runtime and the sanitizers ask for.
harmless='mem(chr|cmp|cpy|move|set)|str(cmp|len)|[hn]to[nh][sl]|gai_strerror|secure_getenv|abort|sched_yield'
harmless+='|pthread_(self|mutex_(un|try)?lock|cond_clockwait)|io_uring_(get_sqe|cqe_seen)'
harmless+='|__(errno_location|assert_fail|cmsg_nxthdr|dso_handle|dynamic_cast|gxx_personality_v0|stack_chk_fail'
harmless+='|libc_single_threaded|tls_get_addr|cxa_.*|asan_.*|ubsan_.*|sanitizer_.*|gcov_.*)|_GLOBAL_OFFSET_TABLE_'
harmless+='|_Unwind_.*|_Z.*'

imports=$("${NM:-nm}" -u "$@" | sed -nE 's/^ +[Uw] ([^ @]+)(@.*)?$/\1/p' | sort -u)
defined=$("${NM:-nm}" --defined-only "$@" | sed -nE 's/^[0-9a-f]+ [A-Za-z] ([^ @]+)$/\1/p' | sort -u)
thread_start=$(grep '^_ZNSt6thread' "$wrapped")
grep -qxF "$thread_start" <<<"$imports" || {
    echo "check_calls: the library no longer starts threads by $thread_start: how else?" >&2
    exit 1
}
missing=$(comm -23 <(echo "$imports") <(echo "$defined") | grep -vxE "$harmless" | grep -vxFf "$wrapped" || true)
if [ -n "$missing" ]; then
    echo "check_calls: not in $wrapped, and thus never made to fail:"
    sed 's/^/    /' <<<"$missing"
    exit 1
fi
echo "check_calls: $(grep -cxFf "$wrapped" <<<"$imports") calls, all of them covered"
