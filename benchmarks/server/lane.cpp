// SPDX-License-Identifier: MIT
#include "server/lane.hpp"

#include "peer.hpp"

namespace server_bench {
namespace {

constexpr std::chrono::seconds patience{30};

void serve(contest::channel orders, entry const& who, std::size_t size) {
    peer::run_on_processor(1);
    std::uint16_t const port = who.start(size);
    char none = 0;
    if (orders.send(port))
        static_cast<void>(orders.receive(none)); // until the other end is closed
}

} // namespace

lane::lane(entry const& who, make_load clients, std::size_t size)
    : name_(who.name), process_([&](contest::channel orders) { serve(orders, who, size); }) {
    std::uint16_t port = 0;
    if (!process_.orders().receive(port, patience) || ::clock_getcpuclockid(process_.id(), &clock_) != 0) {
        std::fprintf(stderr, "server_bench: %s does not start\n", std::string(name_).c_str());
        std::exit(1);
    }
    clients_ = clients(port, size);
}

double lane::processor_time() const {
    timespec now{};
    if (::clock_gettime(clock_, &now) != 0)
        peer::give_up("the server has died");
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

contest::figures lane::run(contest::nanoseconds budget) {
    static_cast<void>(clients_->run(budget / 8)); // other processes have run since the last round
    double const before = processor_time();
    auto const start = contest::wall_clock::now();
    auto const operations = static_cast<double>(clients_->run(budget));
    double const seconds = std::chrono::duration<double>(contest::wall_clock::now() - start).count();
    return {operations / seconds, (processor_time() - before) / operations};
}

} // namespace server_bench
