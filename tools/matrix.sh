# SPDX-License-Identifier: MIT
#
# Other systems, processors and compilers: the part of ./dev that is ./dev matrix.

cross_packages=("${run_packages[@]}" libgtest-dev libgmock-dev iproute2)
zig_packages=("${cross_packages[@]}")
command -v npm >/dev/null || zig_packages+=(npm) # it also comes with others' packages of Node.js

# What the short pass, ./dev matrix --short, builds and runs: the conformance suites of streams, datagrams and waiting.
short_programs=(usocket_conformance_streams usocket_conformance_datagrams usocket_conformance_wait usocket_conformance_system)

# matrix_row_of TARGET COMPILER BACKENDS PASSED SKIPPED FAILED
matrix_row_of() { printf '| %-14s | %-22s | %-29s | %8s | %7s | %6s |\n' "$@" >>$matrix_table; }

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
            grep -E '^\[  FAILED  \].*ms\)' -B 8 "$log" || tail -n 20 "$log"
            matrix_status=1
        fi
    done
    if grep -q -E ': Skipped' "$logs"/*.log; then
        echo "Skipped, for these reasons:"
        cat "$logs"/*.log | grep -A1 -E ': Skipped' | grep -vE ': Skipped|^--' |
            sed -E 's/-[0-9]+-[0-9]+(:|$)/-N\1/' | sort | uniq -c
    fi
    [ $passed -gt 0 ] || matrix_status=1
    matrix_row_of "$2" "$3" "$4" $passed $skipped $failed
}

# matrix_links PRESET TARGET COMPILER BACKENDS BEGINNING: adds to the table how many programs were linked for a system whose
# programs do not run here: they begin with the expression, zeros left out.
matrix_links() {
    local linked
    linked=$(find build/"$1"/tests build/"$1"/examples -type f -perm -u+x \
        -exec sh -c 'head -c 4096 "$1" | tr -d "\000\n" | LC_ALL=C grep -qaP "^$2"' _ {} "$5" ';' -print | wc -l)
    [ "$linked" -gt 0 ] || matrix_status=1
    matrix_row_of "$2" "$3" "$4" "links $linked" - -
}

# matrix_build PRESET [PROGRAM...]: all of the preset, or these programs; in the short pass those of the suites.
# Programs of tests that are listed no more must not run.
matrix_build() {
    local preset=$1
    shift
    find build/"$preset"/tests -maxdepth 1 -type f -name 'usocket_*' -delete 2>/dev/null || true
    [ $# -gt 0 ] || [ $matrix_short = no ] || set -- "${short_programs[@]}"
    build "$preset" ${*:+--target "$@"}
}

# matrix_cross TARGET TRIPLE ARCHITECTURE QEMU [LEFT-OUT...]: Linux on another processor, by Debian's cross compiler; QEMU is
# empty where its programs run as they are.
matrix_cross() {
    local target=$1 triple=$2 qemu=$4 runner='' backends="epoll, poll, select"
    install_packages "${cross_packages[@]}" "g++-${triple/_/-}" ${qemu:+qemu-user}
    tools/fetch_liburing.sh "$triple" "$3"
    if [ -n "$qemu" ]; then
        runner="$qemu -L /usr/$triple" # which refuses io_uring, as some systems do
    else
        backends="io_uring, $backends"
        # Thousands of threads with stacks of the usual 8 MiB do not fit into 32 bits of addresses.
        runner='prlimit --stack=524288'
    fi
    matrix_build "$target"
    matrix_row "$target" "$target" "g++ $("$triple-g++" -dumpversion)${qemu:+, $qemu}" "$backends" "$runner" "${@:5}"
}

# matrix_linux TARGET PRESET COMPILER PACKAGE: this system, by one of its compilers.
matrix_linux() {
    install_packages "${check_packages[@]}" "$4"
    matrix_build "$2"
    matrix_row "$2" "$1" "$3 $("$3" -dumpversion)" "io_uring, epoll, poll, select"
}

# matrix_windows TARGET PRESET COMPILER [LEFT-OUT...]: programs for Windows, under Wine.
matrix_windows() {
    matrix_build "$2"
    tools/run_with_wine.sh --start
    matrix_row "$2" "$1" "$3" "wsapoll, select" tools/run_with_wine.sh "${@:4}"
    tools/run_with_wine.sh --stop
}

matrix_targets=(
    linux-gcc linux-clang14 linux-clang19 linux-musl linux-i686 linux-aarch64 linux-arm linux-s390x linux-kqueue
    windows-mingw windows-zig aarch64-macos x86_64-macos x86_64-freebsd x86_64-netbsd x86_64-openbsd unsupported
)

# How programs of a system begin: with their format's mark, and with the name of the system's loader.
declare -A beginnings=(
    [macos]='\xcf\xfa\xed\xfe'
    [freebsd]='\x7fELF.*/libexec/ld-elf\.so\.1'
    [netbsd]='\x7fELF.*/libexec/ld\.elf_so'
    [openbsd]='\x7fELF.*/libexec/ld\.so'
)

# matrix_target TARGET: builds, runs, and writes the row of one target; fails if anything of it does.
matrix_target() {
    local target=$1 matrix_status=0 qemu=tests/not_under_qemu.txt
    case $target in
        linux-gcc) matrix_linux "$target" dev g++ g++ ;;
        linux-clang14) matrix_linux "$target" clang clang++ clang ;;
        linux-clang19) matrix_linux "$target" "$target" clang++-19 clang-19 ;;
        linux-musl)
            install_packages "${zig_packages[@]}"
            tools/fetch_zig.sh x86_64-linux-musl
            tools/fetch_liburing.sh x86_64-linux-musl amd64
            matrix_build "$target"
            matrix_row "$target" "$target" "zig's clang++ 21" "io_uring, epoll, poll, select" "" \
                tests/not_with_musl.txt tests/not_with_libcxx.txt
            ;;
        linux-i686) matrix_cross "$target" i686-linux-gnu i386 "" ;;
        linux-aarch64) matrix_cross "$target" aarch64-linux-gnu arm64 qemu-aarch64 $qemu ;;
        linux-arm) matrix_cross "$target" arm-linux-gnueabihf armhf qemu-arm $qemu ;;
        linux-s390x)
            matrix_cross "$target" s390x-linux-gnu s390x qemu-s390x $qemu tests/not_under_qemu_big_endian.txt
            ;;
        linux-kqueue)
            install_packages "${cross_packages[@]}" liburing-dev
            local programs=(usocket_conformance_wait)
            [ $matrix_short = yes ] || programs+=(
                usocket_conformance_wait_scripts usocket_unit_wait usocket_unit_platform usocket_allocation_wait
            )
            matrix_build kqueue "${programs[@]}"
            matrix_row kqueue "$target" "g++ $(g++ -dumpversion), sanitized" "all of Linux, kqueue"
            ;;
        windows-mingw)
            install_packages "${cross_packages[@]}" g++-mingw-w64-x86-64-posix wine64
            matrix_windows "$target" mingw "g++ $(x86_64-w64-mingw32-g++-posix -dumpversion), Wine"
            ;;
        windows-zig)
            install_packages "${zig_packages[@]}" wine64
            tools/fetch_zig.sh x86_64-windows-gnu
            matrix_windows "$target" "$target" "zig's clang++ 21, Wine" tests/not_with_libcxx.txt
            ;;
        *-macos | *-freebsd | *-netbsd | *-openbsd)
            install_packages "${zig_packages[@]}"
            tools/fetch_zig.sh "$target"
            matrix_build "$target"
            matrix_links "$target" "$target" "zig's clang++ 21" "kqueue, poll, select" "${beginnings[${target#*-}]}"
            ;;
        unsupported)
            install_packages "${cross_packages[@]}"
            matrix_build unsupported usocket_unsupported
            matrix_row unsupported "$target" "g++ $(g++ -dumpversion)" none
            ;;
    esac
    return $matrix_status
}

do_matrix() {
    local target matrix_short=no matrix_table=build/matrix.txt status=0 start
    [ "${1:-}" != list ] || { printf '%s\n' "${matrix_targets[@]}" && return; }
    [ "${1:-}" != --short ] || { matrix_short=yes && shift; }
    [ $# -gt 0 ] || set -- "${matrix_targets[@]}"
    [ "$*" != others ] || set -- $(printf '%s\n' "${matrix_targets[@]}" | grep -vxF -e linux-gcc -e linux-clang14)
    for target in "$@"; do
        grep -qxF -e "$target" < <(printf '%s\n' "${matrix_targets[@]}") ||
            fail "matrix: no target '$target'; there are:" "${matrix_targets[@]}"
    done
    mkdir -p build && : >$matrix_table
    for target in "$@"; do
        start=$SECONDS
        # One target that fails does not keep the others from their turn.
        set +e
        (
            set -e
            matrix_target "$target"
        )
        if [ $? -ne 0 ]; then
            status=1
            grep -qF "| $target " $matrix_table || matrix_row_of "$target" "" "" failed - -
        fi
        set -e
        echo "$target: $((SECONDS - start)) s"
    done
    printf '\n| target         | compiler               | backends                      | passed   | skipped | failed |\n'
    printf '|---|---|---|---|---|---|\n%s\n' "$(cat $matrix_table)"
    return $status
}
