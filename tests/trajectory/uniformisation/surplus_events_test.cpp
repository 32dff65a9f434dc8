#include "trajectory/uniformisation/surplus_events.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "support/statistics.hpp"

using namespace dickejump;
using namespace dickejump::test;
using namespace dickejump::uniformisation;

namespace {

constexpr int block = 56;

Segment segment_of(double surplus, bool rising = true) {
    Segment segment{};
    segment.surplus = surplus, segment.rising = rising;
    return segment;
}

struct Numbers {
    std::int32_t events[pack_size];

    explicit Numbers(std::int32_t each) { std::fill_n(events, pack_size, each); }
};

}  // namespace

TEST_CASE("a pump that stays where it is has no surplus events, and draws nothing for them") {
    SurplusEvents surplus;
    SplitMix chance{7};
    Numbers numbers(10);
    surplus.place(segment_of(0.0), chance, numbers.events);
    CHECK(surplus.placed().empty());
    CHECK(chance.state == 7);
    CHECK(std::all_of(numbers.events, numbers.events + pack_size, [](auto n) { return n == 10; }));
}

TEST_CASE("each surplus event comes with a companion, at places of their own among the lane's events") {
    for (const bool rising : {true, false})
        for (const double mean : {0.02, 0.3, 0.9}) {
            SurplusEvents surplus;
            SplitMix chance{11};
            for (int segment = 0; segment < 200; ++segment) {
                Numbers numbers(segment % 5);  // also in lanes that have no others
                surplus.place(segment_of(mean, rising), chance, numbers.events);
                std::set<std::pair<int, int>> places;
                std::array<int, pack_size> surplus_number{}, companions{};
                for (const auto& placed : surplus.placed()) {
                    const std::size_t lane = placed.lane;
                    REQUIRE(lane < pack_size);
                    places.insert({placed.lane, placed.event});
                    CHECK(placed.event >= 1);
                    CHECK(placed.event <= numbers.events[lane]);
                    ++(placed.surplus ? surplus_number : companions)[lane];
                }
                CHECK(places.size() == surplus.placed().size());
                for (std::size_t lane = 0; lane < pack_size; ++lane) {
                    CHECK(surplus_number[lane] == companions[lane]);
                    CHECK(numbers.events[lane] == segment % 5 + 2 * surplus_number[lane]);
                }
            }
        }
}

TEST_CASE("under a rising pump the surplus event is the later of the two, under a falling one the earlier") {
    for (const bool rising : {true, false}) {
        SurplusEvents surplus;
        SplitMix chance{3};
        int seen = 0;
        for (int segment = 0; segment < 500; ++segment) {
            Numbers numbers(6);
            surplus.place(segment_of(0.02, rising), chance, numbers.events);
            const auto& placed = surplus.placed();
            if (placed.size() != 2) continue;
            const auto& event = placed[placed[0].surplus ? 0 : 1];
            const auto& companion = placed[placed[0].surplus ? 1 : 0];
            CHECK((event.event > companion.event) == rising);
            CHECK(event.lane == companion.lane);
            ++seen;
        }
        CHECK(seen > 100);
    }
}

TEST_CASE("numbers of surplus events are Poisson, and their lanes and places uniform") {
    // False alarm 1e-6 each. Three other events make ten pairs of places.
    SurplusEvents surplus;
    SplitMix chance{5};
    std::vector<std::int64_t> numbers(10), lanes(pack_size), places(10);
    for (int segment = 0; segment < 40'000; ++segment) {
        Numbers events(3);
        surplus.place(segment_of(1.5 / pack_size), chance, events.events);
        const auto& placed = surplus.placed();
        ++numbers[std::min<std::size_t>(placed.size() / 2, 9)];
        if (placed.size() != 2) continue;
        ++lanes[placed[0].lane];
        const auto early = std::min(placed[0].event, placed[1].event),
                   late = std::max(placed[0].event, placed[1].event);
        // Pairs 12 13 14 15 23 24 25 34 35 45.
        ++places[static_cast<std::size_t>((early - 1) * 5 - early * (early - 1) / 2 + late - early - 1)];
    }
    std::vector<double> law(10, 0.0);
    double term = std::exp(-1.5), rest = 1.0;
    for (std::size_t k = 0; k < 9; ++k) {
        law[k] = term, rest -= term;
        term *= 1.5 / static_cast<double>(k + 1);
    }
    law[9] = rest;
    CHECK(counts_p_value(numbers, law) > 1e-6);
    CHECK(counts_p_value(lanes, std::vector<double>(pack_size, 1.0 / pack_size)) > 1e-6);
    CHECK(counts_p_value(places, std::vector<double>(10, 0.1)) > 1e-6);
}

TEST_CASE("blocks that are asked for in order are told all that is placed, of short lists and of long ones") {
    bool short_list = false, long_list = false;
    for (const double mean : {0.05, 0.9}) {
        SurplusEvents surplus;
        SplitMix chance{13};
        for (int segment = 0; segment < 50; ++segment) {
            Numbers numbers(300);
            surplus.place(segment_of(mean), chance, numbers.events);
            (surplus.placed().size() > 24 ? long_list : short_list) = true;
            std::multiset<std::pair<int, int>> expected_surplus, expected_companions, told_surplus,
                told_companions;
            for (const auto& placed : surplus.placed())
                (placed.surplus ? expected_surplus : expected_companions).insert({placed.event, placed.lane});
            for (std::int32_t done = 0; done < 320; done += block) {
                LaneBits of_surplus[block] = {}, of_companions[block] = {};
                const auto special = surplus.mark(done, block, of_surplus, of_companions);
                for (int k = 0; k < block; ++k) {
                    CHECK(((special >> k & 1) != 0) == ((of_surplus[k] | of_companions[k]) != 0));
                    for (int lane = 0; lane < pack_size; ++lane) {
                        if (of_surplus[k] >> lane & 1) told_surplus.insert({done + k + 1, lane});
                        if (of_companions[k] >> lane & 1) told_companions.insert({done + k + 1, lane});
                    }
                }
                CHECK((special >> block) == 0);
            }
            CHECK(told_surplus == expected_surplus);
            CHECK(told_companions == expected_companions);
        }
    }
    CHECK(short_list);
    CHECK(long_list);
}
