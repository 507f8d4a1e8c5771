// Fills a Message: walks GMime's tree and, beside it, our own reading of the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/message.h"
#include "rewriter/mime/gmime_ptr.h"
#include "rewriter/mime/mime_outline.h"
#include "rewriter/mime/mime_structure.h"

namespace candor::rewriter {

/// One per parse. The message has its source and its limits.
class MessageReader {
  public:
    explicit MessageReader(Message& message) : message_(message), source_(message.source_) {}

    void read();

  private:
    enum class Parent : std::uint8_t { None, Alternative, Related, Signed, Encrypted, Mixed };

    void walk(GMimeObject* object, const Region& region, std::vector<int>& path, Parent parent,
              bool locked);
    void walk_multipart(GMimeMultipart* multipart, Container container, bool locked);
    void read_leaf(GMimeObject* object, const Region& region, const std::vector<int>& path,
                   Parent parent, bool locked);
    void judge(Part& part);
    [[nodiscard]] bool spans_agree(GMimeObject* object, Span content) const;
    void read_smime(GMimeObject* object, Part& part);

    void object_to(std::string_view word, std::string_view text) {
        if (!message_.untouchable_)
            message_.untouchable_ = Untouchable{std::string(word), std::string(text)};
    }
    /// What is encrypted mail programs do not show as it is; everything else they may.
    void nobody_looks_inside(bool encrypted = false) {
        message_.opaque_ = true;
        message_.unread_ |= !encrypted;
    }
    /// Nobody can look inside: nothing of the structure may be used.
    void give_up(std::string_view word, std::string_view text) {
        message_.untouchable_ = Untouchable{std::string(word), std::string(text)};
        nobody_looks_inside();
        given_up_ = true;
    }

    Message& message_;
    std::string_view source_;
    const MimeOutline* outline_ = nullptr;  ///< what GMime is shown; while read() lasts
    bool given_up_ = false;
};

}  // namespace candor::rewriter
