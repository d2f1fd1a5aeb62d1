// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/wait.hpp>

#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include <usocket/transfer.hpp>

#include "conformance/wait_backends.hpp"
#include "support/loopback.hpp"

namespace usocket::test {

/// A list with one end of a TCP connection in it.
class wait_on_connection : public wait_test {
protected:
    static std::string receive_some(stream_usocket& socket, std::size_t most = 100) {
        std::string text(most, '\0');
        text.resize(socket_receive(socket, text).size);
        return text;
    }

    loopback::connection over_ = loopback::tcp();
    stream_usocket& near_ = over_.server;
    stream_usocket& far_ = over_.client;
    wait_list list_ = make_list({&near_});
};

/// Beside it another member that is ready all the time, so that no wait needs to wait.
class wait_beside_others : public wait_on_connection {
protected:
    wait_beside_others() {
        add_waiter(list_, other_.server);
        socket_send(other_.client, "x");
        EXPECT_EQ(ready(list_), sockets{&other_.server});
    }
    [[nodiscard]] sockets both() { return sorted({&near_, &other_.server}); }

    loopback::connection other_ = loopback::tcp();
};

} // namespace usocket::test
