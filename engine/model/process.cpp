#include "dickejump/model/process.hpp"

namespace dickejump {

std::string_view name(Process process) {
    switch (process) {
        case Process::collective_pumping:
            return "collective_pumping";
        case Process::emission:
            return "emission";
        case Process::pumping:
            return "pumping";
        case Process::dephasing:
            return "dephasing";
        default:
            return "collective_emission";
    }
}

}  // namespace dickejump
