#include "dickejump/study/provenance.hpp"

#include <doctest/doctest.h>

#include <regex>

using namespace dickejump;

TEST_CASE("provenance says which build ran, where and when") {
    const auto here = Provenance::now();
    CHECK(std::regex_match(here.version, std::regex(R"(\d+\.\d+\.\d+)")));
    CHECK_FALSE(here.git.empty());
    CHECK(here.compiler.find_first_of("0123456789") != std::string::npos);
    CHECK_FALSE(here.host.empty());
    CHECK(std::regex_search(here.started, std::regex(R"(^20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d)")));
    CHECK(Provenance::now().flags == here.flags);
}
