// The key ring in memory. Who makes, reads and destroys the files is `cli/key_files`.
#include "policy/tokens/keys.h"

#include <openssl/crypto.h>

#include <iterator>

#include "policy/tokens/siv.h"
#include "policy/tokens/subject_cipher.h"

namespace candor::policy {

void KeyRing::add_link_key(ControllerNumber controller, std::uint8_t id, const LinkKey& key) {
    link_.insert_or_assign({controller, id}, key);
    ciphers_.insert_or_assign({controller, id}, std::make_shared<const Siv>(key));
}

void KeyRing::add_daily_key(const DailyName& name, const DailyKey& key) {
    daily_.insert_or_assign(name, key);
    daily_ciphers_.insert_or_assign(name, std::make_shared<const SubjectCipher>(key));
}

void KeyRing::remove_daily_key(const DailyName& name) {
    daily_ciphers_.erase(name);
    const auto known = daily_.find(name);
    if (known == daily_.end()) return;
    OPENSSL_cleanse(known->second.data(), known->second.size());
    daily_.erase(known);
}

std::optional<std::uint8_t> KeyRing::sealing_link_key_id(ControllerNumber controller) const {
    const auto past = link_.upper_bound({controller, std::uint8_t{255}});
    if (past == link_.begin()) return std::nullopt;
    const auto& [name, key] = *std::prev(past);
    if (name.first != controller) return std::nullopt;
    return name.second;
}

const LinkKey* KeyRing::link_key(ControllerNumber controller, std::uint8_t id) const {
    const auto it = link_.find({controller, id});
    return it == link_.end() ? nullptr : &it->second;
}

const Siv* KeyRing::link_cipher(ControllerNumber controller, std::uint8_t id) const {
    const auto it = ciphers_.find({controller, id});
    return it == ciphers_.end() ? nullptr : it->second.get();
}

const DailyKey* KeyRing::daily_key(const DailyName& name) const {
    const auto it = daily_.find(name);
    return it == daily_.end() ? nullptr : &it->second;
}

const SubjectCipher* KeyRing::daily_cipher(const DailyName& name) const {
    const auto it = daily_ciphers_.find(name);
    return it == daily_ciphers_.end() ? nullptr : it->second.get();
}

KeyRing::~KeyRing() {
    for (auto& [name, key] : link_) OPENSSL_cleanse(key.data(), key.size());
    for (auto& [name, key] : daily_) OPENSSL_cleanse(key.data(), key.size());
}

}  // namespace candor::policy
