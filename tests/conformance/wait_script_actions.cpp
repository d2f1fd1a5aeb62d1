// SPDX-License-Identifier: MIT
//
// What each operation of a script does.
#include "conformance/wait_script_world.hpp"

namespace usocket::test {
namespace {

direction to_direction(std::uint8_t argument) { return static_cast<direction>(argument % 3U); }
readiness to_interest(std::uint8_t argument) {
    // More often what programs wait for than nothing.
    constexpr readiness interests[] = {readiness::read, readiness::read, readiness::write, readiness::read_write,
                                       readiness::read, readiness::none, readiness::read,  readiness::read_write};
    return interests[argument % 8U];
}
place_kind to_kind(std::uint8_t argument) { return static_cast<place_kind>(1U + argument % 5U); }

} // namespace

long script_world::perform(script_operation const& operation) {
    long const result = do_perform(operation, places_[operation.place]);
    check_result();
    return result;
}

long script_world::do_perform(script_operation const& operation, script_place& place) {
    std::uint8_t const argument = operation.argument;
    bool const variant = argument % 2 != 0;
    script_place& other = places_[argument % place_count];
    switch (operation.action) {
    case script_action::make_local:
        return place.make(place_kind::local, variant);
    case script_action::make_local_datagram:
        return place.make(place_kind::local_datagram, variant);
    case script_action::make_tcp:
        return place.make(place_kind::tcp, variant);
    case script_action::make_udp:
        return place.make(place_kind::udp, variant);
    case script_action::make_listener:
        return place.make(place_kind::listener, variant);
    case script_action::add:
        return add(place, to_interest(argument));
    case script_action::remove:
        if (place.member() != nullptr)
            remove_waiter(list_, *place.member());
        place.interest.reset();
        return 0;
    case script_action::peer_writes:
        return place.peer_writes(operation.octets(), argument >= 128);
    case script_action::peer_fills:
        return place.peer_fills();
    case script_action::receive:
        return place.receive(operation.octets(), false);
    case script_action::drain:
        return place.drain();
    case script_action::read_line:
        return place.read_line();
    case script_action::read_some:
        return place.read_some(operation.octets());
    case script_action::count_available:
        return place.count_available();
    case script_action::writes:
        return place.writes(operation.octets());
    case script_action::fills:
        return place.fills();
    case script_action::peer_reads:
        return place.peer_reads(operation.octets());
    case script_action::peer_drains: {
        long total = 0;
        for (long count = 0; (count = place.peer_reads(65536)) > 0;)
            total += count;
        return total;
    }
    case script_action::peer_closes:
        return place.peer_closes(false);
    case script_action::peer_resets:
        return place.peer_closes(true);
    case script_action::peer_shuts:
        return place.peer_shuts(to_direction(argument));
    case script_action::shuts:
        return place.shuts(to_direction(argument));
    case script_action::close:
        place.close();
        return 0;
    case script_action::destroy:
        place.destroy();
        return 0;
    case script_action::move:
        return move(operation.place, operation.place);
    case script_action::move_assign:
        return &place == &other ? script_place::does_not_apply : move(argument % place_count, operation.place);
    case script_action::close_and_remake:
        return place.replace(to_kind(argument), variant);
    case script_action::remove_all:
        remove_all_waiters(list_);
        for (auto& each : places_)
            each.interest.reset();
        return 0;
    case script_action::wake:
        list_.wake();
        woken_ = true;
        return 0;
    case script_action::connect:
        return place.connect();
    case script_action::accept:
        return place.accept(other);
    case script_action::remake_list:
        return remake_list();
    case script_action::move_list:
        return move_list();
    case script_action::wait_without_list:
        return wait_without_list(place);
    case script_action::receive_past:
        return manner_.exposed ? place.receive_past(operation.octets()) : script_place::does_not_apply;
    case script_action::urgent:
        return place.urgent();
    case script_action::pass_handle:
        return place.pass_handle();
    case script_action::peek:
        return place.receive(operation.octets(), true);
    case script_action::low_water:
        return place.set_low_water(1 + argument % 5);
    case script_action::unget:
        return place.unget();
    case script_action::look_in_stream:
        return place.look_in_stream();
    case script_action::release:
        return place.release();
    case script_action::wait_for_all:
        wait(false, argument % 4 == 1);
        return 0;
    case script_action::wait:
        wait(argument % 4 != 0, argument % 4 == 1);
        return 0;
    }
    return script_place::does_not_apply;
}

void script_world::finish() {
    manner_.observed = true;
    settle();
    wait(true, true);
    for (std::size_t i = 0; i < place_count; ++i) {
        if (places_[i].is_open() && places_[i].member()->native_handle() != places_[i].handle())
            complain(name_of(i) + ": the script does not know the handle");
        places_[i].drain();
    }
    wait(false, true);
    remove_all_waiters(list_);
    for (auto& place : places_)
        place.interest.reset();
    wait(true, true);
    for (auto& place : places_)
        place.destroy();
}

} // namespace usocket::test
