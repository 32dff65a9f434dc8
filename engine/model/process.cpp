#include "dickejump/model/process.hpp"

namespace dickejump {

std::string_view name(Process process) {
    return process == Process::collective_pumping ? "collective_pumping" : "collective_emission";
}

}  // namespace dickejump
