// OpenSSL contexts, one per pair; see certificates.h.
#include "tracker/certificates.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstring>
#include <utility>

#include "policy/free_with.h"

namespace candor::tracker {
namespace {

using policy::FreeWith;
using Context = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Input = std::unique_ptr<BIO, FreeWith<BIO_free>>;

// TLS 1.2 without forward secrecy would let a stolen key open what was recorded (RFC 9325, 4.2).
constexpr const char* tls12_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

Input input_of(const std::string& text) {
    return Input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Why the last call of OpenSSL failed, in its words.
std::string reason() {
    const unsigned long code = ERR_peek_last_error();
    const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return text == nullptr ? "no reason given" : text;
}

/// A daemon has nobody to ask for a passphrase, and must not wait for one at a terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

class PairReader {
  public:
    explicit PairReader(const PemPair& pair, std::vector<policy::ConfigFault>& faults)
        : pair_(pair), faults_(faults) {}

    /// Null when there was a fault.
    Context context() {
        ERR_clear_error();
        Context context(SSL_CTX_new(TLS_server_method()));
        if (!context) return fault(pair_.certificate_file, "OpenSSL cannot make a TLS server");
        SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
        SSL_CTX_set_cipher_list(context.get(), tls12_ciphers);
        SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                               SSL_OP_NO_TICKET | SSL_OP_PRIORITIZE_CHACHA);
        SSL_CTX_set_num_tickets(context.get(), 0);
        SSL_CTX_ctrl(context.get(), SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF, nullptr);
        // An idle connection should cost little.
        SSL_CTX_ctrl(context.get(), SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, nullptr);
        const bool has_certificates = use_certificates(context.get());
        const PrivateKey key = read_key();
        if (!has_certificates || !key) return nullptr;
        if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
            return fault(pair_.key_file,
                         fmt::format("is not the key of {}: {}", pair_.certificate_file, reason()));
        }
        return context;
    }

  private:
    std::nullptr_t fault(const std::string& file, std::string message) {
        faults_.push_back({file, 0, std::move(message)});
        return nullptr;
    }

    bool use_certificates(SSL_CTX* context) {
        const Input input = input_of(pair_.certificate);
        const Certificate own(PEM_read_bio_X509_AUX(input.get(), nullptr, no_passphrase, nullptr));
        if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) {
            fault(pair_.certificate_file, "no PEM certificate: " + reason());
            return false;
        }
        for (;;) {
            Certificate next(PEM_read_bio_X509(input.get(), nullptr, no_passphrase, nullptr));
            if (!next) break;
            if (SSL_CTX_ctrl(context, SSL_CTRL_CHAIN, 0, next.get()) != 1) break;
            static_cast<void>(next.release());  // the context owns it now
        }
        const unsigned long error = ERR_peek_last_error();
        const bool at_end =
            ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
        if (at_end) {
            ERR_clear_error();
            return true;
        }
        fault(pair_.certificate_file, "its chain cannot be read: " + reason());
        return false;
    }

    PrivateKey read_key() {
        const Input input = input_of(pair_.key);
        PrivateKey key(PEM_read_bio_PrivateKey(input.get(), nullptr, no_passphrase, nullptr));
        if (!key) {
            const bool sealed = pair_.key.find("ENCRYPTED") != std::string::npos;
            fault(pair_.key_file, sealed ? "the key has a passphrase, which nobody can type here"
                                         : "no PEM private key: " + reason());
        }
        return key;
    }

    const PemPair& pair_;
    std::vector<policy::ConfigFault>& faults_;
};

}  // namespace

struct Certificates::Contexts {
    std::vector<Context> all;  // at least one
};

namespace {

/// While a client says hello: the certificate for the name it asks for.
int choose_certificate(SSL* session, int*, void* argument) {
    const auto& contexts = *static_cast<const std::vector<Context>*>(argument);
    const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_OK;
    for (const Context& context : contexts) {
        X509* certificate = SSL_CTX_get0_certificate(context.get());
        if (X509_check_host(certificate, name, std::strlen(name), 0, nullptr) != 1) continue;
        SSL_set_SSL_CTX(session, context.get());
        break;
    }
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

tl::expected<std::shared_ptr<const Certificates>, std::vector<policy::ConfigFault>>
Certificates::parse(std::span<const PemPair> pairs) {
    std::vector<policy::ConfigFault> faults;
    auto contexts = std::make_unique<Contexts>();
    for (const PemPair& pair : pairs) {
        if (auto context = PairReader(pair, faults).context()) {
            contexts->all.push_back(std::move(context));
        }
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    if (contexts->all.empty()) return nullptr;
    // The macros for these two cast the old way.
    SSL_CTX* first = contexts->all.front().get();
    SSL_CTX_callback_ctrl(first, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(&choose_certificate));
    SSL_CTX_ctrl(first, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, &contexts->all);
    return std::shared_ptr<const Certificates>(new Certificates(std::move(contexts)));
}

Certificates::Certificates(std::unique_ptr<Contexts> contexts) : contexts_(std::move(contexts)) {}
Certificates::~Certificates() = default;

SSL* Certificates::new_session() const {
    return SSL_new(contexts_->all.front().get());
}

}  // namespace candor::tracker
