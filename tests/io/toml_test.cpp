#include "dickejump/io/toml.hpp"

#include <doctest/doctest.h>

#include <string>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

TEST_CASE("a TOML string holds any text that is UTF-8, escaped where it must be") {
    CHECK(toml_string("plain") == "\"plain\"");
    CHECK(toml_string("a\"b\\c") == "\"a\\\"b\\\\c\"");
    CHECK(toml_string("two\nlines\tand \x01") == "\"two\\nlines\\tand \\u0001\"");
    CHECK(toml_string("γ ± 1 \xF0\x9F\x98\x80") == "\"γ ± 1 \xF0\x9F\x98\x80\"");
    for (const std::string bad :
         {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "abc\xe2\x82"})
        CHECK_THROWS_AS(toml_string(bad), InvalidInput);
}

TEST_CASE("values are written in their own types, tables last") {
    const auto key = [](const char* name, KeyInfo::Kind kind, std::vector<Setting> values) {
        return Described{.info = {.key = name, .help = "", .hint = "", .kind = kind},
                         .values = std::move(values),
                         .tables = {}};
    };
    using Type = Setting::Type;
    auto detector = key("detector", KeyInfo::Kind::tables, {});
    detector.tables = {{{"name", {Type::text, "lab"}}, {"cavity.efficiency", {Type::real, "1"}}}};
    const auto toml =
        to_toml("scan", {detector, key("atoms", KeyInfo::Kind::value, {{Type::integer, "100"}}),
                         key("seed", KeyInfo::Kind::value, {{Type::integer, "18446744073709551615"}}),
                         key("rate", KeyInfo::Kind::value, {{Type::real, "16"}}),
                         key("tiny", KeyInfo::Kind::value, {{Type::real, "1e-300"}}),
                         key("absent", KeyInfo::Kind::value, {}),
                         key("loud", KeyInfo::Kind::flag, {{Type::flag, "true"}}),
                         key("pump", KeyInfo::Kind::list, {{Type::real, "0.5"}, {Type::real, "1"}}),
                         key("target_error", KeyInfo::Kind::list, {{Type::text, "area:up:0.1"}}),
                         key("times", KeyInfo::Kind::list, {{Type::range, "0:1:11"}})});
    CHECK(toml ==
          "verb = \"scan\"\natoms = 100\nseed = \"18446744073709551615\"\nrate = 16.0\ntiny = 1e-300\nloud = "
          "true\n"
          "pump = [0.5, 1.0]\ntarget_error = [\"area:up:0.1\"]\ntimes = \"0:1:11\"\n\n[[detector]]\nname = "
          "\"lab\"\n"
          "[detector.cavity]\nefficiency = 1.0\n");
}
