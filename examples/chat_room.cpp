// SPDX-License-Identifier: MIT
//
// A room to talk in: what one member says goes to all the others. A thread for each member.
//
//     chat_room [PORT]
//
// Without a port it takes a free one, and says which; join it with `nc 127.0.0.1 PORT`. Stops on SIGINT and SIGTERM.
//
// The thread of a member reads what that member says, and writes it to the others, so that several threads may want to
// write to one socket: a lock for each member lets one at a time. Nobody waits for a member that does not listen: who
// has not taken a line after a tenth of a second is shut out.
#include <algorithm>
#include <cctype>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <usocket/options.hpp>
#include <usocket/server.hpp>

#include "support/service.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// A member as the others know it, for longer than its socket lives.
class member {
public:
    explicit member(u::stream_usocket& socket) : socket_(&socket) {}

    void send(std::string_view line) {
        std::lock_guard const lock(mutex_);
        if (socket_ == nullptr)
            return;
        std::error_code ec;
        u::socket_send(*socket_, line, {.timeout = 100ms}, ec);
        if (!ec)
            return;
        u::socket_shutdown(*socket_, u::direction::io, ec); // its own thread reads the end, and leaves
        socket_ = nullptr;
    }

    /// The socket is its own thread's alone from now on.
    void forget_socket() noexcept {
        std::lock_guard const lock(mutex_);
        socket_ = nullptr;
    }

private:
    std::mutex mutex_{};
    u::stream_usocket* socket_;
};

class room {
public:
    /// False when somebody has that name.
    bool add(std::string const& name, u::stream_usocket& socket) {
        std::lock_guard const lock(mutex_);
        return members_.try_emplace(name, std::make_shared<member>(socket)).second;
    }

    void remove(std::string const& name) noexcept {
        std::unique_lock lock(mutex_);
        auto const one = members_.extract(name).mapped();
        lock.unlock();
        one->forget_socket(); // which may take as long as sending
    }

    /// To all but the one who says it.
    void say(std::string const& text, std::string const& speaker = {}) {
        std::vector<std::shared_ptr<member>> others;
        {
            std::lock_guard const lock(mutex_); // for taking the list, not for as long as sending takes
            for (auto const& [name, each] : members_) {
                if (name != speaker)
                    others.push_back(each);
            }
        }
        std::string const line = text + '\n';
        for (auto const& each : others)
            each->send(line);
    }

private:
    std::mutex mutex_{};
    std::map<std::string, std::shared_ptr<member>> members_{};
};

/// False at the end of what the client says, whatever the reason. Control characters could play tricks with the other
/// members' terminals.
bool hear(u::stream_usocket& client, std::string& line) {
    std::error_code ec;
    bool const heard = u::read_line(client.stream(), line, {.limit = 1000}, ec);
    std::erase_if(line, [](unsigned char octet) { return octet < ' ' || octet == 0x7f; });
    return heard;
}

/// Letters and digits: no name looks like what others say.
bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 20 &&
           std::all_of(text.begin(), text.end(), [](unsigned char octet) { return std::isalnum(octet) != 0; });
}

void serve(u::stream_usocket& client, room& everybody) {
    std::string name;
    {
        u::cancel_scope const limit{60s};
        u::socket_send(client, "your name?\n");
        if (!hear(client, name) || !is_name(name))
            return;
    }
    if (!everybody.add(name, client)) {
        u::socket_send(client, "that name is taken\n");
        return;
    }
    {
        auto const leave = [&name](room* left) { left->remove(name); };
        std::unique_ptr<room, decltype(leave)> const inside(&everybody, leave); // however this ends
        everybody.say("* " + name + " joins");
        std::string const says = name + ": ";
        for (std::string line; hear(client, line);)
            everybody.say(says + line, name);
    }
    everybody.say("* " + name + " leaves");
}

} // namespace

int main(int argc, char** argv) {
    try {
        stop_signals const signals; // before any thread starts
        room everybody;
        u::server_options options{.in_new_thread = true, .multi_threading = true, .on_error = log_failure};
        options.limits = {.max_connections = 500, .max_connections_per_client = 50};
        options.configure = [](u::usocket& listener) { // a silent member whose machine has died is noticed
            u::set_socket_option(listener, u::option::tcp_keepalive, true);
        };
        auto server = u::socket_server("127.0.0.1", argc > 1 ? argv[1] : "0", serve, options, std::ref(everybody));
        std::cout << "listening on " << server.address() << '\n' << std::flush;
        signals.wait();
        everybody.say("* the room closes");
        std::cout << server.stop().counters.accepted << " came\n"; // at once: nobody leaves by being waited for
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "chat_room: " << failure.what() << '\n';
        return 1;
    }
}
