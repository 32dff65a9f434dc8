#pragma once

#include <string>

#include "dickejump/study/protocols/protocols.hpp"

namespace dickejump {

/// One JSON object: a list `protocols`, an entry for each protocol and number of atoms with its estimators
/// and bounds, both as delta_w [gamma] after T and as scaled = N delta_w sqrt(gamma T)/gamma; the `limits`
/// that no protocol is below; and where it comes from. Errors are 0 where a value is exact; what is not known
/// is null.
std::string to_json(const ProtocolsResult& result);
/// A row for every estimate and bound.
std::string to_csv(const ProtocolsResult& result);

}  // namespace dickejump
