// What each file of this folder adds to `kestrel._core`.
#pragma once

#include <pybind11/pybind11.h>

namespace kestrel {

void bind_parse(pybind11::module_& module);

}  // namespace kestrel
