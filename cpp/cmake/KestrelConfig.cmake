# Kestrel in a project's own build. Found by scikit-build-core through the `cmake.root` entry point, by
# `-DKestrel_DIR=$(python -m kestrel --cmake-dir)`, or included without any search.
#
#   kestrel_ffi(TARGET store SOURCES store.ks [PYTHON] [AUDIT_DISCARD])
#     Functions of a `.ks` file as C++. `store` is a library of headers that knows what to link with;
#     with PYTHON there is also the Python module: the target `_store`, and in `store_PYTHON_FILES`
#     the files that go beside it.
#
#   kestrel_registers(TARGET board SOURCES board.kreg [LANGUAGE CXX|C])
#     The accessors of a register map. `board` is a library of headers.
#
# A file that has its text already is not written again, so that nothing is compiled anew for it.
get_filename_component(_kestrel_package "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
if(NOT TARGET Kestrel::headers)
  add_library(Kestrel::headers INTERFACE IMPORTED)
  set_target_properties(Kestrel::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_kestrel_package}/include")
endif()

# The generator runs where the build runs, whatever the target is.
if(KESTREL_GEN AND NOT EXISTS "${KESTREL_GEN}")
  unset(KESTREL_GEN CACHE)
endif()
find_program(KESTREL_GEN kestrel-gen
  HINTS "${_kestrel_package}/../../../../bin" "${_kestrel_package}/../../../Scripts"
  NO_CMAKE_FIND_ROOT_PATH)
if(NOT KESTREL_GEN)
  message(FATAL_ERROR "Kestrel: kestrel-gen is not found; set KESTREL_GEN to it")
endif()

# Generate now, for what must be known when the build is made, and again whenever a source changes.
function(_kestrel_generate target folder source)
  get_filename_component(source "${source}" ABSOLUTE)
  file(MAKE_DIRECTORY "${folder}")
  set(stamp "${folder}/${target}.stamp")
  set(depfile "${folder}/${target}.d")
  set(command ${KESTREL_GEN} ${ARGN} "${source}" --out "${folder}" --depfile "${depfile}"
    --stamp "${stamp}")
  if(NOT EXISTS "${stamp}" OR "${source}" IS_NEWER_THAN "${stamp}")
    execute_process(COMMAND ${command} RESULT_VARIABLE failed OUTPUT_QUIET)
    if(failed)
      message(FATAL_ERROR "Kestrel: ${source} does not compile")
    endif()
  endif()
  file(GLOB_RECURSE written "${folder}/*.hpp" "${folder}/*.cpp" "${folder}/*.h" "${folder}/*.c"
    "${folder}/*.py" "${folder}/*.pyi" "${folder}/*.cmake")
  add_custom_command(OUTPUT "${stamp}" BYPRODUCTS ${written} COMMAND ${command}
    DEPENDS "${source}" DEPFILE "${depfile}" COMMENT "Kestrel: ${source}" VERBATIM)
  add_custom_target(${target}_kestrel DEPENDS "${stamp}")
endfunction()

function(kestrel_ffi)
  cmake_parse_arguments(PARSE_ARGV 0 arg "PYTHON;AUDIT_DISCARD" "TARGET" "SOURCES")
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/kestrel/${arg_TARGET}")
  _kestrel_generate(${arg_TARGET} "${folder}" "${arg_SOURCES}" ffi)
  get_filename_component(name "${arg_SOURCES}" NAME_WE)
  get_filename_component(sources "${arg_SOURCES}" ABSOLUTE)
  get_filename_component(sources "${sources}" DIRECTORY)
  include("${folder}/${name}.cmake")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}/${name}.cmake")

  add_library(${arg_TARGET} INTERFACE)
  target_include_directories(${arg_TARGET} INTERFACE "${folder}" "${sources}")
  target_compile_features(${arg_TARGET} INTERFACE cxx_std_20)
  target_link_libraries(${arg_TARGET} INTERFACE ${${name}_LIBRARIES})
  add_dependencies(${arg_TARGET} ${arg_TARGET}_kestrel)
  if(arg_AUDIT_DISCARD)
    target_compile_definitions(${arg_TARGET} INTERFACE KESTREL_AUDIT_DISCARD)
  endif()
  if(arg_PYTHON)
    set(PYBIND11_FINDPYTHON ON)
    find_package(pybind11 CONFIG REQUIRED)
    pybind11_add_module(_${name} MODULE "${folder}/${name}_ffi.cpp")
    target_link_libraries(_${name} PRIVATE ${arg_TARGET})
    add_dependencies(_${name} ${arg_TARGET}_kestrel)
    set(${arg_TARGET}_PYTHON_FILES "${folder}/${name}.py" "${folder}/${name}.pyi" PARENT_SCOPE)
  endif()
endfunction()

function(kestrel_registers)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;LANGUAGE" "SOURCES")
  set(lang cpp)
  if("${arg_LANGUAGE}" STREQUAL "C")
    set(lang c)
  endif()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/kestrel/${arg_TARGET}")
  _kestrel_generate(${arg_TARGET} "${folder}" "${arg_SOURCES}" regs --lang ${lang})
  add_library(${arg_TARGET} INTERFACE)
  target_include_directories(${arg_TARGET} INTERFACE "${folder}")
  if(lang STREQUAL "cpp")
    target_compile_features(${arg_TARGET} INTERFACE cxx_std_20)
  endif()
  add_dependencies(${arg_TARGET} ${arg_TARGET}_kestrel)
endfunction()
