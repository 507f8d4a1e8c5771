// The address of a contact row under a key that the database and the tracker do not have.
#include "policy/people/sealed_address.h"

#include "policy/tokens/siv.h"

namespace candor::policy {
namespace {

// The label keeps a sealed address from being anything else that the same key might seal one day.
std::string associated_data(ControllerNumber controller) {
    std::string data = "candor address v1";
    data.push_back(static_cast<char>(controller >> 8));
    data.push_back(static_cast<char>(controller & 0xFF));
    return data;
}

}  // namespace

Result<std::string> seal_address(const AddressKey& key, ControllerNumber controller,
                                 std::string_view address) {
    return Siv(key).seal(associated_data(controller), address);
}

Result<std::string> unseal_address(const AddressKey& key, ControllerNumber controller,
                                   std::string_view sealed) {
    return Siv(key).open(associated_data(controller), sealed);
}

}  // namespace candor::policy
