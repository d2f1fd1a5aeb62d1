// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace [[gnu::visibility("default")]] usocket {

/// An owned, read-only sequence: what a query returned.
///
/// A range with random access that converts to `std::span`; copy it into the container of your choice with
/// `std::vector(list.begin(), list.end())`. It stands where a `std::vector` would, because including <vector> would
/// double what this library's headers cost.
template <class T>
class sequence {
public:
    using value_type = T;
    using size_type = std::size_t;
    using const_iterator = T const*;
    using iterator = T const*;

    sequence() noexcept = default;
    explicit sequence(std::span<T const> items) : items_(items.empty() ? nullptr : new T[items.size()]) {
        for (auto const& item : items) {
            try {
                items_[size_++] = item;
            } catch (...) {
                delete[] items_;
                throw;
            }
        }
    }
    sequence(sequence const& other) : sequence(std::span<T const>(other)) {}
    sequence(sequence&& other) noexcept
        : items_(std::exchange(other.items_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    sequence& operator=(sequence other) noexcept {
        std::swap(items_, other.items_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~sequence() { delete[] items_; }

    [[nodiscard]] T const* begin() const noexcept { return items_; }
    [[nodiscard]] T const* end() const noexcept { return items_ + size_; }
    [[nodiscard]] T const* data() const noexcept { return items_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] T const& operator[](std::size_t index) const noexcept { return items_[index]; }
    [[nodiscard]] T const& front() const noexcept { return items_[0]; }
    [[nodiscard]] T const& back() const noexcept { return items_[size_ - 1]; }

private:
    T* items_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace usocket
