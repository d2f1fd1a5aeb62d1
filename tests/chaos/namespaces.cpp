// SPDX-License-Identifier: MIT
#include "chaos/namespaces.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chaos/verdict.hpp"

namespace chaos {
namespace {

constexpr char const* tun_device = "/dev/net/tun";

[[noreturn]] void fail_system(std::string const& what) { fail(what + ": " + std::strerror(errno)); }

} // namespace

descriptor::~descriptor() {
    if (number_ >= 0)
        ::close(number_);
}

network::network() {
    if (::unshare(CLONE_NEWNET) != 0)
        fail_system("unshare");
    handle_ = descriptor(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (handle_.number() < 0)
        fail_system("open a namespace");
}

void network::enter() const {
    if (::setns(handle_.number(), CLONE_NEWNET) != 0)
        fail_system("setns");
}

std::jthread start_thread(std::function<void()> what) {
    return std::jthread([what = std::move(what)] {
        try {
            what();
        } catch (std::exception const& error) {
            fail(std::string("raised: ").append(error.what()));
        }
    });
}

std::jthread network::start(std::function<void()> what) const {
    return start_thread([this, what = std::move(what)] {
        enter();
        what();
    });
}

void network::in(std::function<void()> const& what) const { auto const thread = start(what); }

void network::command(std::string const& line) const {
    in([&] {
        if (int const status = std::system(line.c_str()); status != 0)
            fail(std::string("command failed: ").append(line));
    });
}

void network::set(std::string const& name, std::string const& value) const {
    in([&] { std::ofstream("/proc/sys/net/" + name) << value << std::flush; });
}

descriptor open_interface(char const* name, bool large) {
    descriptor device(::open(tun_device, O_RDWR | O_NONBLOCK | O_CLOEXEC));
    ifreq request{};
    std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    request.ifr_flags = static_cast<short>(IFF_TUN | IFF_NO_PI | (large ? IFF_VNET_HDR : 0));
    if (device.number() < 0 || ::ioctl(device.number(), TUNSETIFF, &request) != 0)
        fail_system("a TUN device");
    constexpr unsigned long udp_too = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | 0x20 | 0x40; // TUN_F_USO4, TUN_F_USO6
    constexpr unsigned long tcp_only = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
    if (large && ::ioctl(device.number(), TUNSETOFFLOAD, udp_too) != 0 &&
        ::ioctl(device.number(), TUNSETOFFLOAD, tcp_only) != 0)
        fail_system("large packets of a TUN device");
    return device;
}

std::string why_not() {
    if (::geteuid() != 0)
        return "network namespaces need root";
    if (::access(tun_device, R_OK | W_OK) != 0)
        return std::string("there is no ").append(tun_device);
    for (char const* const tool : {"ip", "nft"}) {
        std::string line("command -v ");
        if (std::system(line.append(tool).append(" >/dev/null 2>&1").c_str()) != 0)
            return std::string("there is no command ").append(tool).append(" (iproute2, nftables)");
    }
    pid_t const child = ::fork();
    if (child == 0)
        ::_exit(::unshare(CLONE_NEWNET) == 0 ? 0 : 1);
    int status = -1;
    if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0)
        return "no network namespace can be made";
    return {};
}

} // namespace chaos
