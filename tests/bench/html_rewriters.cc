// Candor, gumbo and libxml2 at the same job, each as its users would write it with care.
#include "tests/bench/html_rewriters.h"

#include <gumbo.h>
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/splice.h"
#include "rewriter/links/links.h"

namespace candor::bench {
namespace {

using rewriter::HtmlLink;
using rewriter::Replacement;
using rewriter::Span;

/// Links that only Outlook follows are of no interest to the others.
bool is_plain_web_link(const HtmlLink& link) {
    return !link.conditional && is_web_url(link.decoded);
}

// Attribute values under gumbo's nodes. The tree clones a misnested `<a>`: same place, seen twice.
class GumboLinks {
  public:
    explicit GumboLinks(std::string_view html)
        : html_(html),
          output_(gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size())) {}
    ~GumboLinks() { gumbo_destroy_output(&kGumboDefaultOptions, output_); }
    GumboLinks(const GumboLinks&) = delete;
    GumboLinks& operator=(const GumboLinks&) = delete;

    /// Spans without quotes, ascending, each once.
    std::vector<Span> find() {
        std::vector<const GumboNode*> open{output_->document};
        while (!open.empty()) {
            const GumboNode* node = open.back();
            open.pop_back();
            const GumboVector* children = nullptr;
            if (node->type == GUMBO_NODE_DOCUMENT) children = &node->v.document.children;
            if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE) {
                look_at(node->v.element);
                children = &node->v.element.children;
            }
            for (unsigned i = 0; children != nullptr && i < children->length; ++i) {
                open.push_back(static_cast<const GumboNode*>(children->data[i]));
            }
        }
        std::ranges::sort(found_, {}, &Span::begin);
        found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
        return std::move(found_);
    }

  private:
    void look_at(const GumboElement& element) {
        if (element.tag != GUMBO_TAG_A && element.tag != GUMBO_TAG_AREA) return;
        const GumboAttribute* href = gumbo_get_attribute(&element.attributes, "href");
        if (href == nullptr || href->attr_namespace != GUMBO_ATTR_NAMESPACE_NONE) return;
        if (!is_web_url(href->value)) return;
        std::string_view value{href->original_value.data, href->original_value.length};
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'')) {
            value = value.substr(1, value.size() - 2);
        }
        const auto begin = static_cast<std::size_t>(value.data() - html_.data());
        found_.push_back({begin, begin + value.size()});
    }

    std::string_view html_;
    GumboOutput* output_;
    std::vector<Span> found_;
};

struct FreeXml {
    void operator()(htmlDocPtr document) const { xmlFreeDoc(document); }
    void operator()(htmlParserCtxtPtr context) const { htmlFreeParserCtxt(context); }
    void operator()(xmlChar* text) const { xmlFree(text); }
};
constexpr int quiet = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                      HTML_PARSE_NONET | HTML_PARSE_COMPACT;

const char* chars_of(const xmlChar* text) {
    return reinterpret_cast<const char*>(text);
}
void say_nothing(void* /*context*/, const char* /*format*/, ...) {}  // NOLINT: as libxml2 wants it

bool is_link_element(const xmlChar* name) {
    return std::strcmp(chars_of(name), "a") == 0 || std::strcmp(chars_of(name), "area") == 0;
}

void count_link(void* context, const xmlChar* name, const xmlChar** attributes) {
    if (!is_link_element(name) || attributes == nullptr) return;
    for (; attributes[0] != nullptr; attributes += 2) {
        if (std::strcmp(chars_of(attributes[0]), "href") != 0) continue;
        if (attributes[1] != nullptr && is_web_url(chars_of(attributes[1]))) {
            ++*static_cast<std::size_t*>(context);
        }
        return;
    }
}

bool set_link(xmlNode* node) {
    if (node->type != XML_ELEMENT_NODE || !is_link_element(node->name)) return false;
    const auto* const href = reinterpret_cast<const xmlChar*>("href");
    const std::unique_ptr<xmlChar, FreeXml> value{xmlGetProp(node, href)};
    if (!value || !is_web_url(chars_of(value.get()))) return false;
    const std::string url{new_url};
    xmlSetProp(node, href, reinterpret_cast<const xmlChar*>(url.c_str()));
    return true;
}

/// The node after `node` in document order.
xmlNode* next_in_tree(xmlNode* node) {
    if (node->children != nullptr && node->type == XML_ELEMENT_NODE) return node->children;
    while (node != nullptr && node->next == nullptr) node = node->parent;
    return node == nullptr ? nullptr : node->next;
}

}  // namespace

bool is_web_url(std::string_view url) {
    while (!url.empty() && static_cast<unsigned char>(url.front()) <= 0x20) url.remove_prefix(1);
    return rewriter::starts_with_ignoring_case(url, "https:") ||
           rewriter::starts_with_ignoring_case(url, "http:");
}

Offsets links_by_candor(std::string_view html) {
    Offsets offsets;
    for (const HtmlLink& link : rewriter::find_html_links(html)) {
        if (is_plain_web_link(link)) offsets.push_back(link.value.begin);
    }
    return offsets;
}

std::string rewrite_by_candor(std::string_view html) {
    std::vector<Replacement> edits;
    for (const HtmlLink& link : rewriter::find_html_links(html)) {
        if (is_web_url(link.decoded)) {
            edits.push_back({link.value, rewriter::escape_attribute(new_url, link.quote)});
        }
    }
    return rewriter::splice(html, edits);
}

Offsets links_by_gumbo(std::string_view html) {
    Offsets offsets;
    for (const Span& span : GumboLinks{html}.find()) offsets.push_back(span.begin);
    return offsets;
}

std::string rewrite_by_gumbo(std::string_view html) {
    std::vector<Replacement> edits;
    for (const Span& span : GumboLinks{html}.find()) edits.push_back({span, std::string{new_url}});
    return rewriter::splice(html, edits);
}

std::size_t count_links_by_libxml2_sax(std::string_view html) {
    htmlSAXHandler handler{};
    handler.startElement = count_link;
    std::size_t count = 0;
    const std::unique_ptr<htmlParserCtxt, FreeXml> context{
        htmlCreatePushParserCtxt(&handler, &count, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8)};
    if (!context) return 0;
    htmlCtxtUseOptions(context.get(), quiet);
    htmlParseChunk(context.get(), html.data(), static_cast<int>(html.size()), 1);
    return count;
}

std::string rewrite_by_libxml2(std::string_view html, std::size_t* count) {
    xmlSetGenericErrorFunc(nullptr, say_nothing);
    const std::unique_ptr<xmlDoc, FreeXml> document{
        htmlReadMemory(html.data(), static_cast<int>(html.size()), nullptr, "ISO-8859-1", quiet)};
    if (!document) return {};
    std::size_t found = 0;
    for (xmlNode* node = xmlDocGetRootElement(document.get()); node != nullptr;
         node = next_in_tree(node)) {
        if (set_link(node)) ++found;
    }
    if (count != nullptr) *count = found;
    xmlChar* text = nullptr;
    int size = 0;
    htmlDocDumpMemory(document.get(), &text, &size);
    const std::unique_ptr<xmlChar, FreeXml> owned{text};
    return {chars_of(text), static_cast<std::size_t>(size)};
}

}  // namespace candor::bench
