// SPDX-License-Identifier: MIT
#include "wait/lane.hpp"

#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

constexpr std::chrono::seconds patience{60};

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
    process_.emplace([&](contest::channel orders) { serve(orders, who, members); });
    answer ready;
    expect(ready);
    why_not_ = ready.why_not;
}

void lane::serve(contest::channel orders, entry const& who, std::size_t members) {
    answer result;
    auto const reply = [&] {
        if (!orders.send(result))
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
        for (order next; orders.receive(next); reply())
            result.found = work.run(next.which, next.budget);
    } catch (left_out const& out) {
        out.why.copy(result.why_not, sizeof result.why_not - 1);
        reply();
    }
}

void lane::fail(std::string_view what) {
    std::fprintf(stderr, "wait_bench: %s with %zu members %s\n", std::string(name_).c_str(), members_,
                 std::string(what).c_str());
    std::_Exit(1);
}

void lane::expect(answer& result) {
    if (!process_->orders().receive(result, patience))
        fail("has died, or does not answer");
}

figures lane::run(scenario which, nanoseconds budget) {
    order const next{which, budget};
    if (!process_->orders().send(next))
        fail("has died");
    answer result;
    expect(result);
    return result.found;
}

} // namespace wait_bench
