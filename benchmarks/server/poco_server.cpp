// SPDX-License-Identifier: MIT
#include <array>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <unistd.h>

#include "server/server.hpp"

namespace server_bench {
namespace {

class echo final : public Poco::Net::TCPServerConnection {
public:
    using TCPServerConnection::TCPServerConnection;
    void run() override {
        std::array<char, 4096> room; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the receive
        for (;;) {
            int const size = socket().receiveBytes(room.data(), static_cast<int>(room.size()));
            if (size <= 0)
                return;
            socket().sendBytes(room.data(), size);
        }
    }
};

void serve(void (*ready)(std::uint16_t)) {
    Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0), 4096);
    listener.setNoDelay(true);
    constexpr int threads = 1100; // one for each connection, as the others have
    Poco::ThreadPool pool(2, threads);
    auto* const parameters = new Poco::Net::TCPServerParams;
    parameters->setMaxThreads(threads);
    parameters->setMaxQueued(threads);
    Poco::Net::TCPServer server(new Poco::Net::TCPServerConnectionFactoryImpl<echo>, pool, listener, parameters);
    server.start();
    ready(listener.address().port());
    for (;;)
        ::pause();
}

} // namespace

entry poco_server() { return {"POCO TCPServer", transport::tcp, serve}; }

} // namespace server_bench
