// SPDX-License-Identifier: MIT
//
// Scripts of operations on wait lists, the same on all backends. The input is a script as wait_script_operation.hpp
// describes it; a report's line of octets can be given to the conformance test in USOCKET_SCRIPT.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <vector>

#include "conformance/wait_backends.hpp"
#include "conformance/wait_script.hpp"
#include "conformance/wait_script_operation.hpp"

// The names are libFuzzer's. NOLINTBEGIN(readability-identifier-naming)
extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed);
}
// NOLINTEND(readability-identifier-naming)

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const backends = usocket::test::supported_backends();
    auto const report = usocket::test::run_wait_script({data, size}, backends);
    if (!report.empty()) {
        std::fputs(report.c_str(), stderr);
        std::abort();
    }
    return 0;
}

/// Operations are three octets each: they come, go and are repeated as a whole, which changes to single octets, left to
/// libFuzzer, would hardly bring about.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    std::minstd_rand engine(seed + 1);
    auto const below = [&engine](std::size_t limit) { return engine() / 7 % limit; };
    std::size_t const count = size > 0 ? (size - 1) / 3 : 0;
    std::size_t const choice = below(6);
    if (count == 0 || choice < 2)
        return LLVMFuzzerMutate(data, size, most);
    std::vector<std::uint8_t> script(data, data + size);
    auto const at = [&script](std::size_t operation) {
        return script.begin() + static_cast<std::ptrdiff_t>(1 + 3 * operation);
    };
    std::size_t const first = below(count);
    std::size_t const last = first + 1 + below(std::min<std::size_t>(count - first, 8));
    if (choice == 2) {
        script.erase(at(first), at(last));
    } else {
        // From this script or from a random one.
        std::vector<std::uint8_t> piece(at(first), at(last));
        if (choice >= 4) {
            piece = usocket::test::random_script(static_cast<unsigned>(engine()));
            std::size_t const from = below((piece.size() - 1) / 3);
            piece.erase(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(1 + 3 * from));
            piece.resize(std::min<std::size_t>(piece.size(), 3 * (1 + below(8))));
        }
        script.insert(at(below(count + 1)), piece.begin(), piece.end());
    }
    size = std::min(script.size(), most);
    std::copy_n(script.begin(), size, data);
    return size;
}
