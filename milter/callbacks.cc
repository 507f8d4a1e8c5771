// Every callback is one line through guarded(): what is thrown becomes a journal line and a 4xx.
#include "milter/callbacks.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <exception>
#include <memory>
#include <string>

namespace candor::milter {
namespace {

/// The private data of one connection.
struct Connection {
    Session session;
    bool leading_space = false;  // SMFIP_HDR_LEADSPC was agreed: values come with their blank
    bool in_transaction = false;
};

class LibmilterMta final : public Mta {
  public:
    LibmilterMta(SMFICTX* context, bool leading_space)
        : context_(context), leading_space_(leading_space) {}

    Result<void> edit_header(const rewriter::HeaderEdit& edit) override {
        std::string name = edit.name;
        std::string value = edit.value;
        if (!leading_space_ && value.starts_with(' ')) value.erase(0, 1);
        switch (edit.kind) {
            case rewriter::HeaderEdit::Kind::Insert:
                return answered(smfi_addheader(context_, name.data(), value.data()), "add header");
            case rewriter::HeaderEdit::Kind::Replace:
                return answered(smfi_chgheader(context_, name.data(), edit.index, value.data()),
                                "change header");
            case rewriter::HeaderEdit::Kind::Remove:
                return answered(smfi_chgheader(context_, name.data(), edit.index, nullptr),
                                "remove header");
        }
        return fail(Fault::Broken, "unknown header edit");
    }
    Result<void> delete_recipient(std::string_view raw) override {
        std::string text{raw};
        return answered(smfi_delrcpt(context_, text.data()), "delete recipient");
    }
    Result<void> replace_body(std::string_view piece) override {
        // libmilter only reads it.
        auto* const bytes =
            reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));  // NOLINT
        return answered(smfi_replacebody(context_, bytes, static_cast<int>(piece.size())),
                        "replace body");
    }
    Result<void> hold(std::string_view reason) override {
        std::string text{reason};
        return answered(smfi_quarantine(context_, text.data()), "hold");
    }

  private:
    static Result<void> answered(int result, const char* request) {
        if (result == MI_SUCCESS) return {};
        return fail(Fault::Unavailable, std::string{"the MTA refused: "} + request);
    }
    SMFICTX* context_;
    bool leading_space_;
};

Connection* connection_of(SMFICTX* context) {
    return static_cast<Connection*>(smfi_getpriv(context));
}

std::string_view macro(SMFICTX* context, const char* name) {
    std::string copy{name};
    const char* value = smfi_getsymval(context, copy.data());
    return value ? value : std::string_view{};
}

/// smfi_setreply takes `%%` for a percent sign and no line ends.
sfsistat reply_with(SMFICTX* context, const Answer& answer, sfsistat verdict) {
    std::string code = answer.code;
    std::string enhanced = answer.enhanced;
    std::string text;
    for (const char c : answer.text.substr(0, 400)) {
        if (c == '%') text += '%';
        text += c >= ' ' && c < 0x7f ? c : ' ';
    }
    smfi_setreply(context, code.data(), enhanced.data(), text.data());
    return verdict;
}

sfsistat told(SMFICTX* context, const Answer& answer) {
    switch (answer.kind) {
        case Answer::Kind::Continue: return SMFIS_CONTINUE;
        case Answer::Kind::Accept: return SMFIS_ACCEPT;
        case Answer::Kind::Discard: return SMFIS_DISCARD;
        case Answer::Kind::Reject: return reply_with(context, answer, SMFIS_REJECT);
        case Answer::Kind::TempFail: return reply_with(context, answer, SMFIS_TEMPFAIL);
    }
    return SMFIS_TEMPFAIL;
}

sfsistat fault(const char* what) {
    const CallbackWorld& world = callback_world();
    if (world.totals) world.totals->count_failed();
    if (world.ports) world.ports->journal.error("internal_error", what);
    return SMFIS_TEMPFAIL;  // 4xx: mail that was not treated must not leave
}

/// Counts a callback while it runs.
struct Running {
    Running() { ++callback_world().running; }
    ~Running() { --callback_world().running; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
};

template <class Step>
sfsistat guarded(SMFICTX* context, Step step) noexcept {
    const Running running;
    try {
        Connection* connection = connection_of(context);
        if (!connection) return fault("a callback without a connection");
        return told(context, step(*connection));
    } catch (const std::exception& exception) {
        return fault(exception.what());
    } catch (...) {
        return fault("an unknown exception");
    }
}

std::string address_of(const sockaddr* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (!address) return {};
    if (address->sa_family == AF_INET) {
        const auto* in = reinterpret_cast<const sockaddr_in*>(address);
        inet_ntop(AF_INET, &in->sin_addr, text.data(), text.size());
    } else if (address->sa_family == AF_INET6) {
        const auto* in = reinterpret_cast<const sockaddr_in6*>(address);
        inet_ntop(AF_INET6, &in->sin6_addr, text.data(), text.size());
    }
    return text.data();
}

void begin_transaction(Connection& connection) {
    if (!connection.in_transaction) ++callback_world().open_transactions;
    connection.in_transaction = true;
}
void end_transaction(Connection& connection) {
    if (connection.in_transaction) --callback_world().open_transactions;
    connection.in_transaction = false;
}

/// Ends the transaction where the answer does.
Answer closing(Connection& connection, Answer answer) {
    if (answer.kind != Answer::Kind::Continue) {
        connection.session.aborted();
        end_transaction(connection);
    }
    return answer;
}

}  // namespace

CallbackWorld& callback_world() {
    static CallbackWorld world;
    return world;
}

extern "C" {

static sfsistat on_negotiate(SMFICTX* context, unsigned long offered_actions,
                             unsigned long offered_steps, unsigned long, unsigned long,
                             unsigned long* actions, unsigned long* steps, unsigned long* f2,
                             unsigned long* f3) {
    constexpr unsigned long wanted =
        SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_DELRCPT | SMFIF_QUARANTINE;
    *actions = wanted & offered_actions;
    *steps = offered_steps & (SMFIP_HDR_LEADSPC | SMFIP_NOHELO | SMFIP_NOUNKNOWN);
    *f2 = 0;
    *f3 = 0;
    try {
        const CallbackWorld& world = callback_world();
        if (!world.ports || !world.rules || !world.totals) return fault("no rules at negotiation");
        auto connection = std::make_unique<Connection>(
            Connection{Session{*world.ports, *world.rules, *world.totals}, false, false});
        connection->leading_space = (offered_steps & SMFIP_HDR_LEADSPC) != 0;
        delete connection_of(context);
        smfi_setpriv(context, connection.release());
    } catch (...) {
        return fault("out of memory at negotiation");
    }
    return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX* context, char*, sockaddr* address) {
    if (callback_world().draining) return SMFIS_TEMPFAIL;
    return guarded(context, [&](Connection& connection) {
        connection.session.connected(address_of(address), macro(context, "{daemon_name}"));
        return Answer{};
    });
}

static sfsistat on_mail(SMFICTX* context, char** arguments) {
    return guarded(context, [&](Connection& connection) {
        if (callback_world().draining) {
            return Answer{Answer::Kind::TempFail, "451", "4.3.2", "restarting, try again later"};
        }
        begin_transaction(connection);
        return connection.session.mail(arguments[0], macro(context, "{auth_authen}"));
    });
}

static sfsistat on_recipient(SMFICTX* context, char** arguments) {
    return guarded(context, [&](Connection& connection) {
        // Refusing one recipient does not end the transaction.
        return connection.session.recipient(arguments[0], macro(context, "{rcpt_addr}"),
                                            macro(context, "i"));
    });
}

static sfsistat on_data(SMFICTX* context) {
    return guarded(context, [&](Connection& connection) {
        return closing(connection, connection.session.data(macro(context, "i")));
    });
}

static sfsistat on_header(SMFICTX* context, char* name, char* value) {
    return guarded(context, [&](Connection& connection) {
        const std::string text = connection.leading_space ? value : " " + std::string{value};
        return connection.session.header(name, text);
    });
}

static sfsistat on_end_of_headers(SMFICTX* context) {
    return guarded(context, [&](Connection& connection) {
        return closing(connection, connection.session.end_of_headers());
    });
}

static sfsistat on_body(SMFICTX* context, unsigned char* chunk, size_t size) {
    return guarded(context, [&](Connection& connection) {
        return connection.session.body({reinterpret_cast<const char*>(chunk), size});
    });
}

static sfsistat on_end_of_message(SMFICTX* context) {
    return guarded(context, [&](Connection& connection) {
        LibmilterMta mta{context, connection.leading_space};
        Answer answer = connection.session.finish(macro(context, "i"), mta);
        connection.session.aborted();
        end_transaction(connection);
        return answer;
    });
}

static sfsistat on_abort(SMFICTX* context) {
    return guarded(context, [](Connection& connection) {
        connection.session.aborted();
        end_transaction(connection);
        return Answer{};
    });
}

static sfsistat on_close(SMFICTX* context) {
    Connection* connection = connection_of(context);
    if (connection) end_transaction(*connection);
    delete connection;
    smfi_setpriv(context, nullptr);  // libmilter warns otherwise
    return SMFIS_CONTINUE;
}

}  // extern "C"

smfiDesc milter_description() {
    static std::string name = "candor";
    smfiDesc description{};
    description.xxfi_name = name.data();
    description.xxfi_version = SMFI_VERSION;
    description.xxfi_flags =
        SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_DELRCPT | SMFIF_QUARANTINE;
    description.xxfi_connect = on_connect;
    description.xxfi_envfrom = on_mail;
    description.xxfi_envrcpt = on_recipient;
    description.xxfi_data = on_data;
    description.xxfi_header = on_header;
    description.xxfi_eoh = on_end_of_headers;
    description.xxfi_body = on_body;
    description.xxfi_eom = on_end_of_message;
    description.xxfi_abort = on_abort;
    description.xxfi_close = on_close;
    description.xxfi_negotiate = on_negotiate;
    return description;
}

}  // namespace candor::milter
