// Form bodies as mail providers and browsers send them, and as nobody should.
#include "tracker/forms.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace candor::tracker {
namespace {

TEST_SUITE_BEGIN("tracker/forms");

TEST_CASE("urlencoded fields are decoded") {
    const auto fields = form_fields("application/x-www-form-urlencoded",
                                    "List-Unsubscribe=One%2DClick&a=b+c&&bare&x=%zz%4\r\n");
    CHECK(fields ==
          std::vector<FormField>{
              {"List-Unsubscribe", "One-Click"}, {"a", "b c"}, {"bare", ""}, {"x", "%zz%4"}});
    CHECK(value_of(fields, "list-unsubscribe") == "One-Click");
    CHECK_FALSE(value_of(fields, "choice"));
}

TEST_CASE("a missing or unknown content type is read as urlencoded") {
    for (const char* type : {"", "text/plain", "garbage;;;"}) {
        CHECK(value_of(form_fields(type, "choice=all"), "choice") == "all");
    }
}

TEST_CASE("multipart fields are found whatever stands around them") {
    const std::string part =
        "\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; x=\"a;b\"; "
        "name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n";
    const std::string unfolded =
        "\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n";
    const std::string folded =
        "\r\nX-Other: a;\r\n name=\"no\"\r\nContent-Disposition: form-data;\r\n"
        " name=\"List-Unsubscribe\"\r\nContent-Type: text/plain\r\n\r\n";
    struct Row {
        std::string type, body, value;
    };
    const std::vector<Row> rows{
        {"multipart/form-data; boundary=b1", "--b1" + part + "--b1--\r\n", "One-Click"},
        {"Multipart/Form-Data; charset=utf-8; boundary=\"b 1\"", "--b 1" + part + "--b 1--",
         "One-Click"},
        {"multipart/form-data; boundary=b1", "preamble\r\n--b1" + part + "--b1\r\n\r\n--b1--",
         "One-Click"},
        // As RFC 7578 would not have it, and plain all the same.
        {"multipart/form-data; boundary=b1", "--b1" + part, "One-Click"},
        {"multipart/form-data; boundary=b1", "--b1" + unfolded + "One-Click \r\n--b1--",
         "One-Click"},
        {"multipart/form-data; boundary=b1", "--b1  " + folded + "One-Click\r\n--b1--",
         "One-Click"},
        {"multipart/form-data; boundary=b1",
         "--b1\nContent-Disposition : form-data;\n\tname=List-Unsubscribe\n\nOne-Click\n--b1--\n",
         "One-Click"},
        {"multipart/form-data; boundary=b1", "List-Unsubscribe=One-Click+", "One-Click"},
        {"multipart/form-data", "List-Unsubscribe=One-Click", "One-Click"},
        // No field of this name, or nothing behind it.
        {"multipart/form-data; boundary=b1", "--b1--" + part, ""},
        {"multipart/form-data; boundary=b1", "--b1\r\nContent-Disposition: form-data", ""},
        {"multipart/form-data; boundary=b1",
         "--b1\r\n\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click",
         ""},
        {"multipart/form-data", "--b1" + part + "--b1--", ""},
        {"multipart/form-data; boundary=other", "--b1" + part + "--b1--", ""},
        {"multipart/form-data; boundary=", "", ""},
        {"multipart/form-data; boundary=\"open", "--open" + part + "--open--", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.type);
        CAPTURE(row.body);
        CHECK(value_of(form_fields(row.type, row.body), "List-Unsubscribe").value_or("") ==
              row.value);
    }
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
