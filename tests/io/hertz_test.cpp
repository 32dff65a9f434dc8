#include "dickejump/io/hertz.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <numbers>
#include <string>

using namespace dickejump;
using Json = nlohmann::ordered_json;

TEST_CASE("delta w has its value in hertz beside it, wherever it is and whatever its shape") {
    const std::string json =
        R"({"estimators":[{"name":"area","delta_w":{"value":0.25,"error":null},"missing":0}],)"
        R"("optimum":{"delta_w":0.5},"lists":{"delta_w":[1,2.5]},"none":{"delta_w":null}})";
    const auto result = Json::parse(with_hertz(json, 200.0));
    CHECK(result["estimators"][0]["delta_w_hz"]["value"] == 50.0);
    CHECK(result["estimators"][0]["delta_w_hz"]["error"].is_null());
    CHECK(result["optimum"]["delta_w_hz"] == 100.0);
    CHECK(result["lists"]["delta_w_hz"] == Json{200.0, 500.0});
    CHECK(result["none"]["delta_w_hz"].is_null());
    CHECK(result["units"]["gamma_per_second"].get<double>() ==
          doctest::Approx(2.0 * std::numbers::pi * 200.0));
}

TEST_CASE("what is not a delta w stays to the byte") {
    const std::string json = R"({"a":[0.1,1e-300,-0.0,12345678901234567890],"b":{"c":"x\n","d":true}})";
    const auto result = with_hertz(json, 3.0);
    CHECK(result.starts_with(json.substr(0, json.size() - 1) + ",\"units\":"));
}
