# candor_embed(TARGET NAME FILE...): text files compiled in as
#   candor::embedded::NAME : an array of {file name without folder, text}, declared in embedded/NAME.h
# The target `embedded` makes them all: what reads the sources without building them needs the headers.
add_custom_target(embedded)

function(candor_embed target name)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(files "")
  foreach(file ${ARGN})
    list(APPEND files ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  add_custom_command(
    OUTPUT ${out}/embedded/${name}.h ${out}/embedded_${name}.cc
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUT=${out} "-DFILES=${files}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    VERBATIM)
  add_custom_target(embedded_${name} DEPENDS ${out}/embedded/${name}.h)
  add_dependencies(embedded embedded_${name})
  target_sources(${target} PRIVATE ${out}/embedded_${name}.cc ${out}/embedded/${name}.h)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
