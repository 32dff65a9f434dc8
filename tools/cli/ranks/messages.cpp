#include "cli/ranks/messages.hpp"

#include <cstring>

#include "cli/job.hpp"

namespace dickejump::cli {

void send(int to, const Header& header, std::string_view bytes) {
    std::string message(sizeof header, '\0');
    std::memcpy(message.data(), &header, sizeof header);
    job().send(to, message.append(bytes));
}

std::optional<Received> receive() {
    auto message = job().receive();
    if (!message) return {};
    Received result{.from = message->from, .header = {}, .bytes = message->bytes.substr(sizeof(Header))};
    std::memcpy(&result.header, message->bytes.data(), sizeof(Header));
    return result;
}

Received wait() {
    for (;; Job::rest())
        if (auto message = receive()) return *message;
}

}  // namespace dickejump::cli
