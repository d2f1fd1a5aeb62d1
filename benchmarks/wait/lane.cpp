// SPDX-License-Identifier: MIT
#include "wait/lane.hpp"

#include <algorithm>
#include <exception>

#include <poll.h>
#include <sys/prctl.h>

#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

constexpr int patience_in_milliseconds = 60'000;

} // namespace

struct lane::order {
    scenario which{};
    nanoseconds budget{};
};

struct lane::answer {
    figures found{};
    char why_not[200]{};
};

lane::lane(entry const& who, std::size_t members) : name_(who.name), members_(members) {
    if (who.make == nullptr) {
        why_not_ = who.missing;
        return;
    }
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        peer::give_up("socketpair");
    process_ = ::fork();
    if (process_ < 0)
        peer::give_up("fork");
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(ends[1], 3); // low numbers are scarce: select takes no others
        ::close_range(4, ~0U, 0);
        serve(3, who, members);
    }
    ::close(ends[1]);
    orders_ = ends[0];
    answer ready;
    expect(ready);
    why_not_ = ready.why_not;
}

lane::~lane() {
    if (process_ > 0) {
        ::close(orders_);
        ::waitpid(process_, nullptr, 0);
    }
}

void lane::serve(int orders, entry const& who, std::size_t members) {
    answer result;
    auto const reply = [&] {
        if (::send(orders, &result, sizeof result, MSG_NOSIGNAL) != sizeof result)
            std::_Exit(1);
    };
    try {
        auto const waiter = who.make();
        auto const peers = make_writer(members);
        std::uint16_t const port = waiter->listen(members);
        for (std::size_t i = 0; i < members; ++i) {
            peers->add(connect_to(port));
            waiter->accept();
        }
        rounds work(*waiter, *peers, members);
        reply();
        for (order next; ::recv(orders, &next, sizeof next, 0) == sizeof next; reply())
            result.found = work.run(next.which, next.budget);
    } catch (left_out const& out) {
        out.why.copy(result.why_not, sizeof result.why_not - 1);
        reply();
    } catch (std::exception const& error) {
        std::fprintf(stderr, "%s\n", error.what());
        std::_Exit(1);
    }
    std::_Exit(0);
}

void lane::fail(std::string_view what) {
    std::fprintf(stderr, "wait_bench: %.*s with %zu members %.*s\n", static_cast<int>(name_.size()), name_.data(),
                 members_, static_cast<int>(what.size()), what.data());
    std::_Exit(1);
}

void lane::expect(answer& result) {
    pollfd reply{.fd = orders_, .events = POLLIN, .revents = 0};
    if (::poll(&reply, 1, patience_in_milliseconds) != 1)
        fail("does not answer");
    if (::recv(orders_, &result, sizeof result, 0) != sizeof result)
        fail("has died");
}

figures lane::run(scenario which, nanoseconds budget) {
    order const next{which, budget};
    if (::send(orders_, &next, sizeof next, MSG_NOSIGNAL) != sizeof next)
        fail("has died");
    answer result;
    expect(result);
    return result.found;
}

} // namespace wait_bench
