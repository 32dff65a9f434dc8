#include "dickejump/study/keys/keys.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace dickejump;

namespace {

enum class Colour { red, green };
std::string_view name(Colour colour) {
    return colour == Colour::red ? "red" : "green";
}

struct Inner {
    double size = 1.0;
};

struct Sample {
    std::int64_t count = 3;
    double rate = 0.5;
    std::optional<double> width = {};
    std::vector<double> times = {};
    std::vector<std::int64_t> atoms = {};
    bool loud = false;
    std::string title = {};
    Colour colour = Colour::red;
    std::vector<Colour> colours = {};
    double limit = std::numeric_limits<double>::infinity();
    Inner inner = {};
};

Keys<Sample> sample_keys() {
    Keys<Inner> inner;
    inner.number("size", &Inner::size, "how large", Range::above(0.0, "a size is positive"));
    Keys<Sample> keys;
    keys.number("count", &Sample::count, "how many", Range::between(1.0, 10.0, "one to ten"));
    keys.number("rate", &Sample::rate, "how fast [gamma]", Range::from(0.0, "a rate is not negative"));
    keys.number("width", &Sample::width, "how wide", Range::above(0.0, "a width is positive"));
    keys.numbers("times", &Sample::times, "when", Range::from(0.0, "a time is not negative"));
    keys.numbers("atoms", &Sample::atoms, "of what", Range::from(1.0, "there is at least one"));
    keys.flag("loud", &Sample::loud, "whether to shout");
    keys.text("title", &Sample::title, "what it is called").as(KeyInfo::Role::extent);
    keys.word("colour", &Sample::colour, "which", {Colour::red, Colour::green});
    keys.words("colours", &Sample::colours, "which of them", {Colour::red, Colour::green});
    keys.number("limit", &Sample::limit, "up to where",
                {.low = 0.0, .why = "a limit is not negative", .takes_infinity = true});
    keys.part(&Sample::inner, inner);
    return keys;
}

const Keys<Sample> all = sample_keys();

void set(Sample& sample, const std::string& key, const std::string& value) {
    const auto* found = all.find(key);
    REQUIRE(found);
    found->take(sample, value);
}

std::string problem_of(const std::string& key, const std::string& value) {
    Sample sample;
    try {
        set(sample, key, value);
    } catch (const InvalidInput& error) {
        return error.what();
    }
    Problems problems;
    judge(sample, problems, all);
    return problems.empty() ? "" : problems.list().front();
}

}  // namespace

TEST_CASE("values are read from text, and told as text that reads back the same") {
    Sample sample;
    for (const auto& [key, value] : {std::pair{"count", "1e1"},
                                     {"rate", "+2.5e-1"},
                                     {"width", "3"},
                                     {"times", "0:1:5,7"},
                                     {"atoms", "10,1e3"},
                                     {"loud", "true"},
                                     {"title", "a \"b\""},
                                     {"colour", "green"},
                                     {"colours", "green,red"},
                                     {"size", "4"}})
        set(sample, key, value);
    CHECK(sample.count == 10);
    CHECK(sample.rate == 0.25);
    CHECK(*sample.width == 3.0);
    CHECK(sample.times == std::vector{0.0, 0.25, 0.5, 0.75, 1.0, 7.0});
    CHECK(sample.atoms == std::vector<std::int64_t>{10, 1000});
    CHECK(sample.colour == Colour::green);
    CHECK(sample.inner.size == 4.0);

    Sample again;
    for (const auto& key : describe(sample, all))
        for (const auto& value : key.values)
            set(again, key.info.key, value.text);
    CHECK(again.times == sample.times);
    CHECK(again.colours == sample.colours);
    CHECK(again.title == sample.title);
    CHECK(again.rate == sample.rate);
    CHECK(again.inner.size == 4.0);
}

TEST_CASE("a key says what it is, and its default is that of an untouched configuration") {
    const auto described = describe(Sample{}, all);
    for (const auto& key : described)
        CHECK(key.is_default);
    CHECK(all.find("count")->range == "from 1 to 10");
    CHECK(all.find("rate")->range == ">= 0");
    CHECK(all.find("colour")->hint == "red|green");
    CHECK(all.find("count")->flag() == "--count");
    CHECK(all.find("nothing") == nullptr);
    CHECK(all.without({"count", "loud"}).find("loud") == nullptr);
    CHECK(describe(Sample{}, all)[2].values.empty());  // width: not given
}

TEST_CASE("what cannot be read or be is said with its key, its reason and what to do") {
    CHECK(problem_of("count", "0") == "`count` = 0 (one to ten) give `count` from 1 to 10");
    CHECK(problem_of("count", "1.5").find("not a whole number") != std::string::npos);
    CHECK(problem_of("count", "1e30").find("not a whole number") != std::string::npos);
    CHECK(problem_of("rate", "fast").find("`rate` = fast (not a number)") == 0);
    CHECK(problem_of("rate", "nan").find("`rate` = nan (a rate is not negative)") == 0);
    CHECK(problem_of("rate", "inf") != "");
    CHECK(problem_of("limit", "inf") == "");
    CHECK(problem_of("limit", "nan") != "");
    CHECK(problem_of("width", "0") == "`width` = 0 (a width is positive) give `width` > 0");
    CHECK(problem_of("times", "0:1:2,-1") != "");
    CHECK(problem_of("atoms", "3,0") != "");
    CHECK(problem_of("loud", "yes").find("write true or false") != std::string::npos);
    CHECK(problem_of("colour", "blue") == "`colour` = blue (not one of its words) choose from red, green");
    CHECK(problem_of("colours", "red,blue").find("blue") != std::string::npos);
    CHECK(problem_of("size", "-1") != "");
}

TEST_CASE("ranges of numbers are read in one way") {
    CHECK(numbers_in("t", "0.5:0.5:1") == std::vector{0.5});
    CHECK(numbers_in("t", "0:2:9")[7] == 1.75);
    CHECK(numbers_in("t", "1:0:3") == std::vector{1.0, 0.5, 0.0});
    CHECK(numbers_in("t", "0:1:1e1").size() == 10);
    for (const auto* wrong : {"", "0:1", "0:1:1", "0:0:2", "0:1:x", "0:1:2.5", "0:inf:3", "nan:1:3", "0:1:0",
                              "0:1:-3", "0,,1", "0:1:1e8", "0:1:2:3"})
        CHECK_THROWS_AS(numbers_in("t", wrong), InvalidInput);
    CHECK(as_range(numbers_in("t", "0:0.7:8")) == "0:0.7:8");
    CHECK(as_range({0.0, 1.0, 3.0}) == "");
    CHECK(as_range({0.0, 1.0}) == "");
}

TEST_CASE("the hash is of values that are not the default, of keys that decide the result") {
    const auto hash = [](const Sample& sample) { return hash_of("sample", describe(sample, all)); };
    const Sample untouched;
    CHECK(hash(untouched) == hash_of("sample", {}));
    CHECK(hash(untouched) != hash_of("other", {}));
    Sample named = untouched;
    named.title = "x";  // not part of the result
    CHECK(hash(named) == hash(untouched));
    Sample faster = untouched;
    faster.rate = 0.75;
    CHECK(hash(faster) != hash(untouched));
    // A value may not pass for another key's.
    Sample a, b;
    a.atoms = {1, 2};
    b.atoms = {12};
    CHECK(hash(a) != hash(b));
}

TEST_CASE("the nearest word is found, if any is near") {
    CHECK(nearest_word("half_widht", {"half_width", "rate"}) == "half_width");
    CHECK(nearest_word("xyzzy", {"half_width", "rate"}) == "");
}
