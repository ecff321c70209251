#include <pybind11/pybind11.h>

#include "bindings.hpp"

PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used()) {
  kestrel::bind_issues(module);
  kestrel::bind_doc(module);
  kestrel::bind_schema(module);
  kestrel::bind_change(module);
  kestrel::bind_cell(module);
  kestrel::bind_eval(module);
  kestrel::bind_parse(module);
  kestrel::bind_keyed(module);
  kestrel::bind_canonical(module);
}
