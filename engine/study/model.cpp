#include "dickejump/study/model.hpp"

namespace dickejump {

std::string_view name(Model model) {
    switch (model) {
        case Model::effective:
            return "effective";
        case Model::three_level:
            return "three-level";
        case Model::local:
            return "local";
        default:
            return "ladder";
    }
}

}  // namespace dickejump
