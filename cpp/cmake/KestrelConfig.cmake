# Found by scikit-build-core through the `cmake.root` entry point, or by `python -m kestrel --cmake-dir`.
get_filename_component(_kestrel_package "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
if(NOT TARGET Kestrel::headers)
  add_library(Kestrel::headers INTERFACE IMPORTED)
  set_target_properties(Kestrel::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_kestrel_package}/include")
endif()
