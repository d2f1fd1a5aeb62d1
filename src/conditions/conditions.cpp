// SPDX-License-Identifier: MIT
#include <usocket/conditions.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "conditions/message.hpp"

namespace usocket::detail {

/// One block of memory: this, then the attempts, then the characters of the message and of every text.
struct condition_record::shared {
    static_assert(alignof(connect_attempt) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    static_assert(alignof(condition_info) >= alignof(connect_attempt), "the attempts follow without padding");

    std::atomic<std::size_t> references = 1;
    char const* message = nullptr;
    condition_info info;

    explicit shared(condition_info const& source) : info(source) { info.attempts = {}; }
    shared(shared const&) = delete;
    shared& operator=(shared const&) = delete;
    ~shared() { std::destroy(info.attempts.begin(), info.attempts.end()); }

    [[nodiscard]] static shared* make(condition_info const& source);

private:
    /// The texts of `info`, all of which have to be copied.
    static constexpr std::string_view condition_info::* texts[] = {
        &condition_info::operation, &condition_info::host_or_ip, &condition_info::detail,
        &condition_info::feature,   &condition_info::minimum,
    };
};

condition_record::shared* condition_record::shared::make(condition_info const& source) {
    auto const message = compose_message(source);
    auto size = sizeof(shared) + source.attempts.size_bytes() + message.size() + 1;
    for (auto const text : texts)
        size += (source.*text).size();

    auto const release = [](void* block) { ::operator delete(block); };
    std::unique_ptr<void, decltype(release)> block(::operator new(size), release);
    auto record = std::unique_ptr<shared, void (*)(shared*)>(new (block.get()) shared(source),
                                                             [](shared* made) { std::destroy_at(made); });

    auto* const attempts = reinterpret_cast<connect_attempt*>(record.get() + 1);
    std::uninitialized_copy(source.attempts.begin(), source.attempts.end(), attempts);
    record->info.attempts = {attempts, source.attempts.size()};

    auto* characters = reinterpret_cast<char*>(attempts + source.attempts.size());
    for (auto const text : texts) {
        auto* const begin = characters;
        characters = std::ranges::copy(source.*text, begin).out;
        record->info.*text = {begin, characters};
    }
    record->message = characters;
    *std::ranges::copy(message, characters).out = '\0';

    static_cast<void>(block.release());
    return record.release();
}

condition_record::condition_record(condition_info const& info) : shared_(shared::make(info)) {}

condition_record::condition_record(condition_record const& other) noexcept : shared_(other.shared_) {
    shared_->references.fetch_add(1, std::memory_order_relaxed);
}

condition_record& condition_record::operator=(condition_record const& other) noexcept {
    condition_record copy(other);
    std::swap(shared_, copy.shared_);
    return *this;
}

condition_record::~condition_record() {
    if (shared_->references.fetch_sub(1, std::memory_order_acq_rel) != 1)
        return;
    std::destroy_at(shared_);
    ::operator delete(shared_);
}

condition_info const& condition_record::info() const noexcept { return shared_->info; }

char const* condition_record::message() const noexcept { return shared_->message; }

} // namespace usocket::detail
