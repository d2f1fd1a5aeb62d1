// SPDX-License-Identifier: MIT
#include <array>

#include <Poco/Net/PollSet.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "peer.hpp"
#include "wait/contender.hpp"

namespace wait_bench {
namespace {

class poco_program final : public timed_contender<poco_program> {
public:
    [[nodiscard]] std::uint16_t listen(std::size_t) override {
        listener_.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
        listener_.setNoDelay(true);
        listener_.listen(16);
        return listener_.address().port();
    }
    void accept() override { members_.add(listener_.acceptConnection(), Poco::Net::PollSet::POLL_READ); }

    void take_with(std::size_t count, auto& watch) {
        for (std::size_t taken = 0; taken < count;) {
            watch.start();
            auto const found = members_.poll(Poco::Timespan(60, 0));
            watch.stop();
            for (auto const& member : found) {
                if (Poco::Net::StreamSocket(member.first).receiveBytes(buffer_.data(), buffer_size) != 1)
                    peer::give_up("receiveBytes");
            }
            taken += found.size();
        }
    }

private:
    Poco::Net::ServerSocket listener_;
    Poco::Net::PollSet members_;
    std::array<char, buffer_size> buffer_{};
};

} // namespace

entry poco() {
    return {"POCO PollSet", []() -> std::unique_ptr<contender> { return std::make_unique<poco_program>(); }};
}

} // namespace wait_bench
