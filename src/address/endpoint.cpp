// SPDX-License-Identifier: MIT
#include <usocket/endpoint.hpp>

#include <ostream>
#include <tuple>

namespace usocket {
namespace {

constexpr std::string_view local_prefix = "unix:";

std::optional<endpoint> parse_ip_endpoint(std::string_view text) {
    auto const colon = text.rfind(':');
    if (colon == text.npos)
        return std::nullopt;
    auto const port = detail::parse_decimal(text.substr(colon + 1), 0xffff);
    auto address_text = text.substr(0, colon);
    bool const bracketed = address_text.starts_with('[') && address_text.ends_with(']');
    if (bracketed)
        address_text = address_text.substr(1, address_text.size() - 2);
    auto const address = ip_address::parse(address_text);
    if (!port || !address || address->is_v6() != bracketed)
        return std::nullopt;
    return endpoint(*address, static_cast<std::uint16_t>(*port));
}

} // namespace

endpoint endpoint::local_path(std::string_view path) {
    return path.empty() ? local_unnamed() : endpoint(kind::local_path, path);
}

endpoint endpoint::local_abstract(std::string_view name) { return {kind::local_abstract, name}; }

endpoint endpoint::local_unnamed() noexcept {
    endpoint result;
    result.kind_ = kind::local_unnamed;
    return result;
}

std::optional<endpoint> endpoint::parse(std::string_view text) {
    if (!text.starts_with(local_prefix))
        return parse_ip_endpoint(text);
    text.remove_prefix(local_prefix.size());
    return text.starts_with('@') ? local_abstract(text.substr(1)) : local_path(text);
}

std::string endpoint::to_string() const {
    std::string text;
    switch (kind_) {
    case kind::none:
        break;
    case kind::ip: {
        ip_address::text_buffer buffer;
        if (address_.is_v6())
            text += '[';
        text += address_.to_chars(buffer);
        if (address_.is_v6())
            text += ']';
        text += ':';
        text += std::to_string(port_);
        break;
    }
    case kind::local_path:
        text += local_prefix;
        if (path_.starts_with('@'))
            text += "./";
        text += path_;
        break;
    case kind::local_abstract:
        text += local_prefix;
        text += '@';
        text += path_;
        break;
    case kind::local_unnamed:
        text += local_prefix;
        break;
    }
    return text;
}

std::strong_ordering operator<=>(endpoint const& a, endpoint const& b) noexcept {
    return std::tie(a.kind_, a.address_, a.port_, a.path_) <=> std::tie(b.kind_, b.address_, b.port_, b.path_);
}

std::ostream& operator<<(std::ostream& stream, endpoint const& value) { return stream << value.to_string(); }

} // namespace usocket
