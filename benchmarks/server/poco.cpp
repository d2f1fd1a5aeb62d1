// SPDX-License-Identifier: MIT
#include <array>
#include <optional>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include "server/contender.hpp"

namespace server_bench {
namespace {

class echo final : public Poco::Net::TCPServerConnection {
public:
    using TCPServerConnection::TCPServerConnection;

    void run() override {
        std::array<char, buffer_size> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): as in the bare server
        for (;;) {
            int const size = socket().receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (size <= 0)
                return;
            socket().sendBytes(buffer.data(), size);
        }
    }
};

/// TCPServer, with as many threads as there are connections.
std::uint16_t serve(std::size_t connections) {
    int const threads = static_cast<int>(connections);
    static Poco::ThreadPool pool(threads + 1, threads + 1); // one accepts
    static Poco::Net::ServerSocket listener;
    listener.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
    listener.listen(backlog);
    auto* const parameters = new Poco::Net::TCPServerParams; // the server's from there on
    parameters->setMaxThreads(threads);
    parameters->setMaxQueued(backlog);
    static std::optional<Poco::Net::TCPServer> server;
    server.emplace(new Poco::Net::TCPServerConnectionFactoryImpl<echo>, pool, listener, parameters);
    server->start();
    return listener.address().port();
}

} // namespace

entry poco_server() { return {"POCO TCPServer", serve}; }

} // namespace server_bench
