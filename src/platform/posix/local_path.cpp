// SPDX-License-Identifier: MIT
#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

#include "platform/platform.hpp"

namespace usocket::platform {
namespace {

bool names_no_file(std::string const& path) noexcept { return path.find('\0') != path.npos; }

} // namespace

int remove_local_path(std::string const& path) noexcept {
    if (names_no_file(path))
        return EINVAL;
    struct stat status{};
    if (::lstat(path.c_str(), &status) < 0)
        return errno == ENOENT ? 0 : errno;
    if (!S_ISSOCK(status.st_mode))
        return ENOTSOCK;
    return ::unlink(path.c_str()) < 0 && errno != ENOENT ? errno : 0;
}

int set_local_path_mode(std::string const& path, unsigned mode) noexcept {
    if (names_no_file(path))
        return EINVAL;
    return ::chmod(path.c_str(), static_cast<mode_t>(mode)) < 0 ? errno : 0;
}

} // namespace usocket::platform
