// A certificate and its key as PEM, made in memory: what an operator's files hold.
#pragma once

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "tracker/certificates.h"

namespace candor::tests {

/// Self-signed, P-256, good for one host name. `passphrase` seals the key.
class SelfSigned {
  public:
    explicit SelfSigned(const std::string& host, const char* passphrase = nullptr) {
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(
            EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
        const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
        REQUIRE(pair);
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), pair.get());
        X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "O", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
        X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
        X509_EXTENSION* names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + host).c_str());
        X509_add_ext(made.get(), names, -1);
        X509_EXTENSION_free(names);
        REQUIRE(X509_sign(made.get(), pair.get(), EVP_sha256()) > 0);
        certificate = pem_of([&](BIO* out) { PEM_write_bio_X509(out, made.get()); });
        key = pem_of([&](BIO* out) {
            PEM_write_bio_PKCS8PrivateKey(out, pair.get(),
                                          passphrase == nullptr ? nullptr : EVP_aes_256_cbc(),
                                          nullptr, 0, nullptr, const_cast<char*>(passphrase));
        });
    }

    [[nodiscard]] tracker::PemPair pem() const { return {"c.pem", certificate, "k.pem", key}; }

    std::string certificate, key;

  private:
    template <class Write>
    static std::string pem_of(const Write& write) {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
        write(out.get());
        const char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }
};

}  // namespace candor::tests
