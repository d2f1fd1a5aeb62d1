# SPDX-License-Identifier: MIT
#
# Other systems, processors and compilers: the part of ./dev that is ./dev matrix.

zig_packages=("${run_packages[@]}" libgtest-dev libgmock-dev)
command -v npm >/dev/null || zig_packages+=(npm) # it also comes with others' packages of Node.js

# matrix_row PRESET TARGET COMPILER BACKENDS [RUNNER [LEFT-OUT...]]: runs each test program of the preset, adds to the table,
# and says why tests were skipped. LEFT-OUT are files of tests by name, with the reasons.
matrix_row() {
    local preset=$1 runner=${5:-} program name log status words filter='*' passed=0 skipped=0 failed=0 logs=build/$1/matrix
    if [ $# -gt 5 ]; then
        filter="-$(sed 's/#.*//' "${@:6}" | xargs | tr ' ' ':')"
        echo "Left out by name:" && cat "${@:6}"
    fi
    rm -rf "$logs" && mkdir -p "$logs"
    for program in build/"$preset"/tests/usocket_*; do
        [ -x "$program" ] && [ -f "$program" ] || continue
        name=$(basename "$program" .exe) log=$logs/$name.log status=0
        # Words: an emulator comes with arguments.
        words="$runner $program"
        [ "$name" != usocket_conformance_datagram_path ] || words="tests/conformance/posix/datagrams_between_namespaces.sh $words"
        GTEST_FILTER=$filter timeout -k 5 "${TIMEOUT:-600}" $words >"$log" 2>&1 </dev/null || status=$?
        passed=$((passed + $(grep -cE '^\[       OK \]' "$log" || true)))
        skipped=$((skipped + $(grep -cE '^\[  SKIPPED \].*ms\)' "$log" || true)))
        failed=$((failed + $(grep -cE '^\[  FAILED  \].*ms\)' "$log" || true)))
        # A program that ended early has no last line, whatever its exit code says.
        if [ "$status" -ne 0 ] || ! grep -q 'tests\? from .* ran\.' "$log"; then
            echo "$name: failed with $status, see $log"
            matrix_status=1
        fi
    done
    if grep -q -E ': Skipped' "$logs"/*.log; then
        echo "Skipped, for these reasons:"
        cat "$logs"/*.log | grep -A1 -E ': Skipped' | grep -vE ': Skipped|^--' | sort | uniq -c
    fi
    matrix_table+=$(printf '| %-13s | %-22s | %-29s | %6d | %7d | %6d |' "$2" "$3" "$4" $passed $skipped $failed)$'\n'
}

# matrix_links PRESET TARGET COMPILER BACKENDS: adds to the table how many programs were linked for a system whose programs
# do not run here.
matrix_links() {
    local linked
    linked=$(find build/"$1"/tests build/"$1"/examples -type f -perm -u+x \
        -exec sh -c 'head -c 4 "$1" | od -An -tx1 | grep -q "cf fa ed fe"' _ {} ';' -print | wc -l)
    [ "$linked" -gt 0 ] || matrix_status=1
    matrix_table+=$(printf '| %-13s | %-22s | %-29s | %6s | %7s | %6s |' "$2" "$3" "$4" "links $linked" - -)$'\n'
}

# matrix_build PRESET [cmake --build argument...]: programs of tests that are listed no more must not run.
matrix_build() {
    find build/"$1"/tests -maxdepth 1 -type f -name 'usocket_*' -delete 2>/dev/null || true
    build "$@"
}

# matrix_cross TARGET TRIPLE QEMU [LEFT-OUT...]: Linux on another processor, by Debian's cross compiler; QEMU is empty where
# its programs run as they are.
matrix_cross() {
    local target=$1 triple=$2 qemu=$3 runner=''
    install_packages "${run_packages[@]}" libgtest-dev libgmock-dev iproute2 "g++-${triple/_/-}" ${qemu:+qemu-user}
    # Thousands of threads with stacks of the usual 8 MiB do not fit into 32 bits of addresses.
    [ "$target" != linux-i686 ] || runner='prlimit --stack=524288'
    [ -z "$qemu" ] || runner="$qemu -L /usr/$triple"
    matrix_build "$target"
    matrix_row "$target" "$target" "g++ $("$triple-g++" -dumpversion)${qemu:+, $qemu}" "epoll, poll, select" "$runner" "${@:4}"
}

matrix_targets=(
    linux-clang19 linux-musl linux-i686 linux-aarch64 linux-arm linux-s390x linux-kqueue windows-mingw
    aarch64-macos x86_64-macos unsupported
)

do_matrix() {
    local target matrix_status=0 matrix_table='' qemu=tests/not_under_qemu.txt
    [ "${1:-}" != list ] || { printf '%s\n' "${matrix_targets[@]}" && return; }
    [ $# -gt 0 ] || set -- "${matrix_targets[@]}"
    for target in "$@"; do
        case $target in
            linux-clang19)
                install_packages "${check_packages[@]}" clang-19
                matrix_build "$target"
                matrix_row "$target" "$target" "clang++ 19" "io_uring, epoll, poll, select"
                ;;
            linux-musl)
                install_packages "${zig_packages[@]}" iproute2
                tools/fetch_zig.sh x86_64-linux-musl
                matrix_build "$target"
                matrix_row "$target" "$target" "zig's clang++ 19" "epoll, poll, select" "" tests/not_with_musl.txt
                ;;
            linux-i686) matrix_cross "$target" i686-linux-gnu "" ;;
            linux-aarch64) matrix_cross "$target" aarch64-linux-gnu qemu-aarch64 $qemu ;;
            linux-arm) matrix_cross "$target" arm-linux-gnueabihf qemu-arm $qemu ;;
            linux-s390x) matrix_cross "$target" s390x-linux-gnu qemu-s390x $qemu tests/not_under_qemu_big_endian.txt ;;
            linux-kqueue)
                install_packages "${run_packages[@]}" libgtest-dev libgmock-dev liburing-dev
                matrix_build kqueue --target usocket_unit_wait usocket_unit_platform usocket_allocation_wait \
                    usocket_conformance_wait usocket_conformance_wait_scripts
                matrix_row kqueue "$target" "g++ $(g++ -dumpversion), sanitized" "all of Linux, kqueue"
                ;;
            windows-mingw)
                install_packages "${run_packages[@]}" g++-mingw-w64-x86-64-posix libgtest-dev libgmock-dev wine64
                matrix_build mingw
                tools/run_with_wine.sh --start
                matrix_row mingw "$target" "g++ $(x86_64-w64-mingw32-g++-posix -dumpversion), Wine" "wsapoll, select" \
                    tools/run_with_wine.sh
                tools/run_with_wine.sh --stop
                ;;
            aarch64-macos | x86_64-macos)
                install_packages "${zig_packages[@]}"
                tools/fetch_zig.sh "$target"
                build "$target"
                matrix_links "$target" "$target" "zig's clang++ 19" "kqueue, poll, select"
                ;;
            unsupported)
                install_packages "${run_packages[@]}" libgtest-dev libgmock-dev
                matrix_build unsupported
                matrix_row unsupported "$target" "g++ $(g++ -dumpversion)" none
                ;;
            *) fail "matrix: no target '$target'; there are:" "${matrix_targets[@]}" ;;
        esac
    done
    printf '\n| target        | compiler               | backends                      | passed | skipped | failed |\n'
    printf '|---|---|---|---|---|---|\n%s' "$matrix_table"
    return $matrix_status
}
