#include "dickejump/study/model.hpp"

namespace dickejump {

std::string_view name(Model model) {
    return model == Model::effective ? "effective" : model == Model::three_level ? "three-level" : "ladder";
}

}  // namespace dickejump
