// SPDX-License-Identifier: MIT
//
// The list against a backend that does as it is told: what the contract says about order, threads and failure.
#include "wait/wait_set.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conditions/raise.hpp"
#include "socket/socket_access.hpp"

#include "support/native_codes.hpp"
#include "support/pairs.hpp"

namespace usocket::detail {
namespace {

using namespace std::chrono_literals;

/// What the backend does in its next calls, and what it was asked to do.
struct script {
    bool takes_changes = false;
    std::error_code open_error{};
    std::error_code add_error{};
    std::error_code refusal{};
    std::vector<int> wait_errors{};            ///< Of the waits to come, the last one first.
    std::function<void()> during_wait = [] {}; ///< What other threads do meanwhile; once.
    std::vector<member_place> found{};         ///< What the wait finds readable.
    std::vector<std::string> calls{};
    platform::handle wake = platform::invalid_handle;
    bool wake_raised = false; ///< At the end of the last wait.
};
script now;

void note(char const* call, member_place place) { now.calls.push_back(call + std::to_string(place)); }

class scripted_backend final : public wait_backend {
public:
    using wait_backend::wait_backend;
    [[nodiscard]] std::error_code open(platform::handle wake) noexcept override {
        now.wake = wake;
        return now.open_error;
    }
    [[nodiscard]] bool changes_during_wait() const noexcept override { return now.takes_changes; }
    [[nodiscard]] std::error_code refuses(platform::handle) const noexcept override { return now.refusal; }
    [[nodiscard]] std::error_code add(member_place place) noexcept override {
        note("add ", place);
        return now.add_error;
    }
    [[nodiscard]] std::error_code change(member_place place) noexcept override {
        note("change ", place);
        return {};
    }
    void remove(member_place place) noexcept override { note("remove ", place); }
    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds>, platform::handle) noexcept override {
        now.calls.emplace_back("wait");
        std::exchange(now.during_wait, [] {})();
        platform::poll_entry entry{.socket = now.wake, .want_read = true};
        std::size_t ready = 0;
        EXPECT_EQ(platform::poll({&entry, 1}, 0ns, ready), 0);
        now.wake_raised = entry.readable;
        if (now.wait_errors.empty())
            return 0;
        int const error = now.wait_errors.back();
        now.wait_errors.pop_back();
        return outcome(error);
    }
    void collect(wait_findings& findings, int) noexcept override {
        findings.woken = now.wake_raised;
        for (member_place const place : now.found)
            findings.report(place, true, false, false);
    }
};

class wait_set_test : public testing::Test {
protected:
    wait_set_test() {
        now = {};
        std::error_code code;
        set_ = wait_set::acquire(entry, code);
    }
    ~wait_set_test() override { wait_set::release(set_); }
    wait_set_test(wait_set_test const&) = delete;
    wait_set_test& operator=(wait_set_test const&) = delete;

    static socket_core& core(usocket& socket) { return *socket_access::core(socket); }

    /// One wait that does not block; its error.
    std::error_code wait(std::vector<usocket*>* ready = nullptr) {
        wait_clock clock(0s);
        wait_result result;
        std::error_code const code = set_->wait(clock, true, result);
        if (ready != nullptr)
            ready->assign(result.sockets.begin(), result.sockets.end());
        return code;
    }

    std::vector<std::string> taken_calls() { return std::exchange(now.calls, {}); }

    static constexpr backend_entry entry{
        backend::poll,
        [](member_table& members) -> std::unique_ptr<wait_backend> {
            return std::make_unique<scripted_backend>(members);
        },
        []() noexcept { return true; },
    };

    using calls = std::vector<std::string>;

    wait_set* set_ = nullptr;
    std::pair<stream_usocket, stream_usocket> pair_ = test::connected_pair();
    stream_usocket& a_ = pair_.first;
    stream_usocket& b_ = pair_.second;
};

TEST_F(wait_set_test, between_waits_the_backend_is_told_at_once) {
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    EXPECT_FALSE(set_->add(core(b_), readiness::read));
    EXPECT_FALSE(set_->add(core(b_), readiness::read));
    EXPECT_FALSE(set_->add(core(b_), readiness::write));
    set_->leave(core(a_));
    EXPECT_EQ(taken_calls(), (calls{"add 0", "add 1", "change 1", "remove 0"}));
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    EXPECT_EQ(taken_calls(), calls{"add 0"}) << "the place is free again";
    EXPECT_FALSE(wait());
    EXPECT_FALSE(now.wake_raised);
    EXPECT_EQ(taken_calls(), calls{"wait"});
}

TEST_F(wait_set_test, during_a_wait_changes_are_kept_for_after_it) {
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    now.found = {0};
    now.during_wait = [this] {
        set_->leave(core(a_));
        EXPECT_FALSE(set_->add(core(b_), readiness::read));
        EXPECT_FALSE(set_->add(core(b_), readiness::read_write));
        EXPECT_EQ(core(b_).member_place, 1U) << "the place of the other is not free yet";
        EXPECT_EQ(set_->size(), 1U);
    };
    std::vector<usocket*> ready;
    EXPECT_FALSE(wait(&ready));
    EXPECT_TRUE(now.wake_raised);
    EXPECT_TRUE(ready.empty()) << "what was found of the member that left";
    EXPECT_EQ(taken_calls(), (calls{"add 0", "wait", "remove 0"})) << "who left is let go of by the same wait";
    now.found = {1};
    EXPECT_FALSE(wait(&ready));
    EXPECT_FALSE(now.wake_raised);
    EXPECT_EQ(ready, std::vector<usocket*>{&b_});
    EXPECT_EQ(taken_calls(), (calls{"add 1", "wait"}));
}

TEST_F(wait_set_test, a_member_that_comes_and_goes_during_a_wait_never_reaches_the_backend) {
    now.during_wait = [this] {
        EXPECT_FALSE(set_->add(core(a_), readiness::read));
        set_->leave(core(a_));
    };
    EXPECT_FALSE(wait());
    EXPECT_FALSE(wait());
    EXPECT_EQ(taken_calls(), (calls{"wait", "wait"}));
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    EXPECT_EQ(core(a_).member_place, 0U);
}

TEST_F(wait_set_test, changes_after_a_wait_overtake_what_was_kept) {
    now.during_wait = [this] { EXPECT_FALSE(set_->add(core(a_), readiness::read)); };
    EXPECT_FALSE(wait());
    EXPECT_FALSE(set_->add(core(a_), readiness::write));
    EXPECT_FALSE(wait());
    set_->leave(core(a_));
    EXPECT_EQ(taken_calls(), (calls{"wait", "add 0", "wait", "remove 0"}));
}

TEST_F(wait_set_test, a_backend_that_takes_changes_during_a_wait_gets_them) {
    now.takes_changes = true;
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    now.found = {0, 1};
    now.during_wait = [this] {
        set_->leave(core(a_));
        EXPECT_FALSE(set_->add(core(b_), readiness::read));
        EXPECT_EQ(core(b_).member_place, 1U) << "a place the system may still tell of is not given away";
    };
    std::vector<usocket*> ready;
    EXPECT_FALSE(wait(&ready));
    EXPECT_FALSE(now.wake_raised) << "nobody needed waking";
    EXPECT_EQ(ready, std::vector<usocket*>{&b_});
    EXPECT_EQ(taken_calls(), (calls{"add 0", "wait", "remove 0", "add 1"}));
    EXPECT_FALSE(wait());
    set_->leave(core(b_));
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    EXPECT_LE(core(a_).member_place, 1U) << "now it is";
}

TEST_F(wait_set_test, readiness_that_is_no_longer_asked_for_is_dropped) {
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    now.found = {0, 0};
    now.during_wait = [this] { EXPECT_FALSE(set_->add(core(a_), readiness::write)); };
    std::vector<usocket*> ready;
    EXPECT_FALSE(wait(&ready));
    EXPECT_TRUE(ready.empty());
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    EXPECT_FALSE(wait(&ready));
    EXPECT_EQ(ready, std::vector<usocket*>{&a_}) << "once, though it was found twice";
}

TEST_F(wait_set_test, an_interrupted_wait_goes_on) {
    now.wait_errors = {test::native_code::interrupted, test::native_code::interrupted};
    EXPECT_FALSE(wait());
    EXPECT_EQ(taken_calls(), (calls{"wait", "wait", "wait"}));
}

TEST_F(wait_set_test, a_failed_wait_reports_its_code_and_the_list_goes_on) {
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    now.found = {0};
    std::vector<usocket*> ready;
    EXPECT_FALSE(wait(&ready));
    EXPECT_EQ(a_.state(), readiness::read);
    now.wait_errors = {test::native_code::no_memory};
    EXPECT_EQ(wait(&ready), errc::out_of_memory);
    EXPECT_TRUE(ready.empty());
    EXPECT_EQ(a_.state(), readiness::none);
    EXPECT_FALSE(wait(&ready));
    EXPECT_EQ(ready, std::vector<usocket*>{&a_});
}

TEST_F(wait_set_test, what_the_backend_does_not_take_does_not_join) {
    now.add_error = system_code(test::native_code::no_room);
    EXPECT_EQ(set_->add(core(a_), readiness::read), errc::no_buffers);
    EXPECT_FALSE(set_->contains(core(a_)));
    EXPECT_EQ(set_->size(), 0U);
    now.add_error = {};
    now.refusal = make_code(errc::unsupported);
    EXPECT_EQ(set_->add(core(a_), readiness::read), errc::unsupported);
    EXPECT_FALSE(set_->contains(core(a_)));
    now.refusal = {};
    EXPECT_FALSE(set_->add(core(a_), readiness::read));
    EXPECT_EQ(taken_calls(), (calls{"add 0", "add 0"}));
}

TEST_F(wait_set_test, what_it_does_not_take_later_fails_the_wait_until_it_goes) {
    now.during_wait = [this] { EXPECT_FALSE(set_->add(core(a_), readiness::read)); };
    EXPECT_FALSE(wait());
    now.add_error = system_code(test::native_code::no_room);
    EXPECT_EQ(wait(), errc::no_buffers);
    EXPECT_EQ(wait(), errc::no_buffers);
    set_->leave(core(a_));
    EXPECT_FALSE(wait());
}

TEST_F(wait_set_test, wakes_during_a_wait_end_it_once) {
    now.during_wait = [this] {
        set_->wake();
        set_->wake();
    };
    wait_clock clock(std::nullopt); // would go on for ever
    wait_result result;
    EXPECT_FALSE(set_->wait(clock, true, result));
    EXPECT_TRUE(now.wake_raised);
    EXPECT_FALSE(wait());
    EXPECT_FALSE(now.wake_raised);
}

TEST_F(wait_set_test, a_backend_that_the_system_refuses_makes_no_list) {
    now.open_error = system_code(test::native_code::not_there);
    std::error_code code;
    EXPECT_EQ(wait_set::acquire(entry, code), nullptr);
    EXPECT_EQ(code, errc::operation_not_supported);
}

} // namespace
} // namespace usocket::detail
