# Writes embedded/NAME.h and embedded_NAME.cc; called by candor_embed at build time.
set(entries "")
foreach(file ${FILES})
  get_filename_component(base ${file} NAME)
  file(READ ${file} hex HEX)
  # An array of bytes has no length limit and needs no escaping, unlike a string literal.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(MAKE_C_IDENTIFIER ${base} id)
  string(APPEND arrays "const unsigned char ${id}[] = {${bytes}0};\n")
  string(APPEND entries
    "    {\"${base}\", {reinterpret_cast<const char*>(${id}), sizeof ${id} - 1}},\n")
endforeach()
list(LENGTH FILES count)
file(WRITE ${OUT}/embedded/${NAME}.h
"#pragma once
#include <array>
#include <string_view>
#include <utility>
namespace candor::embedded {
extern const std::array<std::pair<std::string_view, std::string_view>, ${count}> ${NAME};
}
")
file(WRITE ${OUT}/embedded_${NAME}.cc
"#include \"embedded/${NAME}.h\"
namespace candor::embedded {
namespace {
${arrays}}
const std::array<std::pair<std::string_view, std::string_view>, ${count}> ${NAME}{{
${entries}}};
}
")
