// The vector of the RFC, and OpenSSL's own AES-SIV as the oracle for every length.
#include "policy/tokens/siv.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <numeric>
#include <vector>

#include "policy/tokens/keys.h"

using namespace candor;
using policy::Siv;

namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string out;
    for (const int value : values) out.push_back(static_cast<char>(value));
    return out;
}

/// Bytes that differ from their neighbours and, by `seed`, from other texts.
std::string text_of(std::size_t size, unsigned seed) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) {
        out.push_back(static_cast<char>((i * 37 + seed * 101 + i / 251) & 0xFF));
    }
    return out;
}

policy::LinkKey counting() {
    policy::LinkKey key{};
    std::iota(key.begin(), key.end(), std::uint8_t{0x40});
    return key;
}

unsigned char* raw(std::string& text, std::size_t offset = 0) {
    return reinterpret_cast<unsigned char*>(text.data() + offset);
}

std::string sealed_by_openssl(const policy::LinkKey& key, std::string associated,
                              std::string plain) {
    const std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)> cipher{
        EVP_CIPHER_fetch(nullptr, "AES-256-SIV", nullptr), EVP_CIPHER_free};
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    REQUIRE(EVP_EncryptInit_ex2(context.get(), cipher.get(), key.data(), nullptr, nullptr) == 1);
    std::string sealed(policy::siv_bytes + plain.size(), '\0');
    int written = 0;
    REQUIRE(EVP_EncryptUpdate(context.get(), nullptr, &written, raw(associated),
                              static_cast<int>(associated.size())) == 1);
    REQUIRE(EVP_EncryptUpdate(context.get(), raw(sealed, policy::siv_bytes), &written, raw(plain),
                              static_cast<int>(plain.size())) == 1);
    REQUIRE(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG,
                                static_cast<int>(policy::siv_bytes), raw(sealed)) == 1);
    return sealed;
}

}  // namespace

TEST_SUITE("policy/siv") {
    TEST_CASE("the vector of RFC 5297, appendix A.1, seals and opens") {
        std::array<std::uint8_t, 32> key{};
        for (std::size_t i = 0; i < 16; ++i) {
            key[i] = static_cast<std::uint8_t>(0xFF - i);
            key[16 + i] = static_cast<std::uint8_t>(0xF0 + i);
        }
        std::string associated;
        for (int value = 0x10; value <= 0x27; ++value) {
            associated.push_back(static_cast<char>(value));
        }
        const std::string plain = bytes({0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99,  //
                                         0xAA, 0xBB, 0xCC, 0xDD, 0xEE});
        const std::string sealed = bytes({0x85, 0x63, 0x2D, 0x07, 0xC6, 0xE8, 0xF3, 0x7F,  //
                                          0x95, 0x0A, 0xCD, 0x32, 0x0A, 0x2E, 0xCC, 0x93,  //
                                          0x40, 0xC0, 0x2B, 0x96, 0x90, 0xC4, 0xDC, 0x04,  //
                                          0xDA, 0xEF, 0x7F, 0x6A, 0xFE, 0x5C});
        const Siv siv{key};
        CHECK(siv.seal(associated, plain).value() == sealed);
        CHECK(siv.open(associated, sealed).value() == plain);
    }

    TEST_CASE("what is sealed is what OpenSSL's AES-256-SIV seals, whatever the lengths") {
        const policy::LinkKey key = counting();
        const Siv siv{key};
        const auto same = [&](std::size_t associated_bytes, std::size_t plain_bytes) {
            CAPTURE(associated_bytes);
            CAPTURE(plain_bytes);
            const std::string associated = text_of(associated_bytes, 1);
            const std::string plain = text_of(plain_bytes, 2);
            const std::string sealed = sealed_by_openssl(key, associated, plain);
            REQUIRE(siv.seal(associated, plain).value() == sealed);
            REQUIRE(siv.open(associated, sealed).value() == plain);
        };
        for (std::size_t size = 1; size <= 600; ++size) same(23, size);
        for (std::size_t size = 1; size <= 70; ++size) same(size, 100);
        // The last has more blocks than 16 bits of the counter hold.
        for (const std::size_t size : {8191U, 8192U, 65537U, 1'100'003U}) same(7, size);
    }

    TEST_CASE("no changed bit, no other associated data and no other key opens") {
        const Siv siv{counting()};
        const std::string sealed = siv.seal("associated", text_of(40, 3)).value();
        for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
            std::string changed = sealed;
            changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
            REQUIRE(siv.open("associated", changed).error().fault == Fault::Malformed);
        }
        CHECK(siv.open("associatee", sealed).error().fault == Fault::Malformed);
        policy::LinkKey other = counting();
        other.back() ^= 1;
        CHECK(Siv{other}.open("associated", sealed).error().fault == Fault::Malformed);
    }

    TEST_CASE("nothing is sealed of nothing, and a key of a wrong length is Broken") {
        const Siv siv{counting()};
        CHECK(siv.seal("", "x").error().fault == Fault::Malformed);
        CHECK(siv.seal("x", "").error().fault == Fault::Malformed);
        CHECK(siv.open("x", std::string(policy::siv_bytes, 'x')).error().fault == Fault::Malformed);
        for (const std::size_t size : {0U, 16U, 31U, 33U, 48U, 63U, 65U, 128U}) {
            CAPTURE(size);
            const std::vector<std::uint8_t> key(size, 7);
            CHECK(Siv{key}.seal("x", "y").error().fault == Fault::Broken);
        }
    }
}
