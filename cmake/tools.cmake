# format, format-check and lint over our own sources.
file(GLOB_RECURSE CANDOR_SOURCES CONFIGURE_DEPENDS
  policy/*.cc policy/*.h rewriter/*.cc rewriter/*.h sqlite/*.cc sqlite/*.h milter/*.cc milter/*.h
  tracker/*.cc tracker/*.h cli/*.cc cli/*.h tests/*.cc tests/*.h)
find_program(CLANG_FORMAT NAMES clang-format-14 clang-format)
find_program(RUN_CLANG_TIDY NAMES run-clang-tidy-14 run-clang-tidy)
if(CLANG_FORMAT)
  add_custom_target(format COMMAND ${CLANG_FORMAT} -i ${CANDOR_SOURCES} VERBATIM)
  add_custom_target(format-check COMMAND ${CLANG_FORMAT} --dry-run -Werror ${CANDOR_SOURCES} VERBATIM)
endif()
if(RUN_CLANG_TIDY)
  # The static analyser takes three times as long as all other checks: a target of its own.
  add_custom_target(analyze
    COMMAND ${RUN_CLANG_TIDY} -quiet -p ${CMAKE_BINARY_DIR}
            -checks=-*,clang-analyzer-*,-clang-analyzer-optin.cplusplus.UninitializedObject
            "^${PROJECT_SOURCE_DIR}/(policy|rewriter|sqlite|milter|tracker|cli)/.*\\.cc$"
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
  add_custom_target(lint
    COMMAND ${RUN_CLANG_TIDY} -quiet -p ${CMAKE_BINARY_DIR} "^${PROJECT_SOURCE_DIR}/(policy|rewriter|sqlite|milter|tracker|cli)/.*\\.cc$"
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
  add_dependencies(analyze embedded)
  add_dependencies(lint embedded)
endif()
