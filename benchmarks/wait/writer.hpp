// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

namespace wait_bench {

/// Makes members ready: holds the connecting ends of all connections and writes an octet into one or all of them.
class writer {
public:
    writer() = default;
    writer(writer const&) = delete;
    writer& operator=(writer const&) = delete;
    virtual ~writer() = default;

    /// Takes a descriptor, which it may close and nevertheless go on writing to.
    virtual void add(int descriptor) = 0;
    virtual void write(std::size_t member) = 0;
    virtual void write_all() = 0;
};

/// A writer for `members` connections. Raises left_out when they would take more descriptors than a process may have.
[[nodiscard]] std::unique_ptr<writer> make_writer(std::size_t members);

/// One whose ends take no descriptors, since a ring of its own holds them; null where there is no io_uring. The build
/// chooses the file.
[[nodiscard]] std::unique_ptr<writer> make_ring_writer(std::size_t members);

} // namespace wait_bench
