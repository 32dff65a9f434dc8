#pragma once

#include <memory>
#include <utility>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

/// The plan that a prepared study is made of: what `prepare` made. @throws InvalidInput if there is none
template <class Plan>
std::shared_ptr<const Plan> planned(std::shared_ptr<const Plan> plan) {
    if (!plan) throw InvalidInput("no plan (a prepared study has one) get it from `prepare`");
    return plan;
}

}  // namespace dickejump
