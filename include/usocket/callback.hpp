// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

namespace [[gnu::visibility("default")]] usocket {

template <class Signature>
class callback;

/// An owned callable that may be empty, copyable: `std::function`'s shape without the cost of including <functional>.
template <class Result, class... Arguments>
class callback<Result(Arguments...)> {
public:
    callback() noexcept = default;

    template <class F>
        requires(!std::same_as<std::decay_t<F>, callback> && std::copy_constructible<std::decay_t<F>> &&
                 std::is_invocable_r_v<Result, std::decay_t<F>&, Arguments...>)
    callback(F&& function) : target_(new holder<std::decay_t<F>>(std::forward<F>(function))) {}

    callback(callback const& other) : target_(other.target_ ? other.target_->clone() : nullptr) {}
    callback(callback&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
    callback& operator=(callback other) noexcept {
        std::swap(target_, other.target_);
        return *this;
    }
    ~callback() { delete target_; }

    /// Whether there is something to call.
    [[nodiscard]] explicit operator bool() const noexcept { return target_ != nullptr; }

    /// Calls the target, which must be there.
    Result operator()(Arguments... arguments) const { return target_->call(std::forward<Arguments>(arguments)...); }

private:
    struct target {
        target() = default;
        target(target const&) = delete;
        target& operator=(target const&) = delete;
        virtual ~target() = default;
        virtual Result call(Arguments... arguments) = 0;
        [[nodiscard]] virtual target* clone() const = 0;
    };

    template <class F>
    struct holder final : target {
        explicit holder(F const& f) : function(f) {}
        explicit holder(F&& f) : function(std::move(f)) {}
        Result call(Arguments... arguments) override {
            return static_cast<Result>(function(std::forward<Arguments>(arguments)...));
        }
        [[nodiscard]] target* clone() const override { return new holder(function); }
        F function;
    };

    target* target_ = nullptr;
};

} // namespace usocket
