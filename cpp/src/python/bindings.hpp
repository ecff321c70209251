// What each file of this folder adds to `kestrel._core`.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>

#include "views.hpp"

namespace kestrel {

void bind_issues(pybind11::module_& module);   // Invalid
void bind_doc(pybind11::module_& module);      // Doc, locate
void bind_schema(pybind11::module_& module);   // Schema, and the views
void bind_change(pybind11::module_& module);   // ChangeSet, compare, apply_changes, apply_patch
void bind_cell(pybind11::module_& module);     // Cell
void bind_eval(pybind11::module_& module);     // OPERATIONS, evaluate_config, Pattern
void bind_parse(pybind11::module_& module);
void bind_keyed(pybind11::module_& module);  // keyed, keyed_as, is_keyed, has_literals
void bind_canonical(pybind11::module_& module);  // canonical_json

// `kestrel._core.Schema`.
struct SchemaObject {
  std::string bundle;
  std::shared_ptr<const Schema> schema;
  std::shared_ptr<SchemaNames> names = std::make_shared<SchemaNames>();
};

// Takes over a new reference; throws what CPython has set if it is null.
inline pybind11::object steal(PyObject* object) {
  if (object == nullptr) throw pybind11::error_already_set();
  return pybind11::reinterpret_steal<pybind11::object>(object);
}

// The pin of a Snapshot; throws TypeError if it is none.
inline PinPtr required_pin(pybind11::handle object) {
  const PinPtr* pin = pin_of(object.ptr());
  if (pin == nullptr) throw pybind11::error_already_set();
  return *pin;
}

// A snapshot as a Python object, with the same schema and key as another's.
inline pybind11::object with_schema_of(const PinPtr& other, SnapshotPtr snapshot) {
  return steal(
      new_snapshot_view(make_pin(std::move(snapshot), other->names, other->schema, other->key)));
}

}  // namespace kestrel
