// One SMTP transaction as a value: envelope, header, body.
#pragma once

#include <string>
#include <vector>

#include "policy/people/recipient_id.h"
#include "rewriter/mime/source_text.h"
#include "rewriter/plan.h"

namespace candor::milter {

struct Recipient {
    std::string raw;      ///< as the client typed it: what delrcpt wants
    std::string address;  ///< normalised (policy/people/recipient_id.h); the look-up key
};

struct Envelope {
    std::string queue_id;  ///< "NOQUEUE" until the MTA has given one
    std::string sasl_user;
    std::string sender;  ///< normalised; empty for the null sender
    std::string client_address;
    std::string daemon_name;
    std::vector<Recipient> recipients;
};

struct Transaction {
    Envelope envelope;
    std::vector<rewriter::Header> headers;
    rewriter::SourceText text;  ///< header block and body; empty until the first piece of a body
};

}  // namespace candor::milter
