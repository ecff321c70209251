// `ChangeSet`, `compare`, `apply_changes`, `apply_patch`. Changes become dicts when they are looked
// at.
#include <pybind11/pybind11.h>


#include "bindings.hpp"
#include "change_dict.hpp"
#include "kestrel/change.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

// Both sides as they were given, so that `changes.a is a`.
struct ChangeSetObject {
  py::object a, b;
  std::shared_ptr<const ChangeSet> changes;
};

bool same_schema(const PinPtr& a, const PinPtr& b) {
  if (a->snapshot->schema_ptr() == b->snapshot->schema_ptr()) return true;
  const auto bundle = [](const PinPtr& pin) -> const std::string& {
    return py::handle(pin->schema).cast<const SchemaObject&>().bundle;
  };
  return bundle(a) == bundle(b);
}

ChangeSetObject compared(const py::object& a, const py::object& b, bool effective) {
  const PinPtr pin_a = required_pin(a), pin_b = required_pin(b);
  if (!same_schema(pin_a, pin_b))
    throw py::value_error("these snapshots are not of one schema: compare the schemas first");
  const py::gil_scoped_release released;
  return {a, b, compare(pin_a->snapshot, pin_b->snapshot, effective)};
}

ChangeSetObject compare_snapshots(const py::object& a, const py::object& b) {
  return compared(a, b, false);
}

py::object apply_change_set(const py::object& base, const ChangeSetObject& set) {
  const PinPtr pin = required_pin(base);
  SnapshotPtr result;
  {
    const py::gil_scoped_release released;
    result = apply_changes(pin->snapshot, *set.changes);
  }
  return with_schema_of(pin, std::move(result));
}

py::object apply_patch_text(const py::object& base, const py::bytes& patch) {
  const PinPtr pin = required_pin(base);
  const std::string_view json = patch;
  SnapshotPtr result;
  {
    const py::gil_scoped_release released;
    result = apply_patch(pin->snapshot, json);
  }
  return with_schema_of(pin, std::move(result));
}

py::object item(const ChangeSetObject& set, Py_ssize_t i) {
  const auto count = static_cast<Py_ssize_t>(set.changes->changes.size());
  if (i < 0) i += count;
  if (i < 0 || i >= count) throw py::index_error("there is no such change");
  return steal(change_dict(*set.changes, set.changes->changes[static_cast<std::size_t>(i)]));
}

py::list dicts(const ChangeSetObject& set) {
  py::list list(set.changes->changes.size());
  Py_ssize_t i = 0;
  for (const Change& change : set.changes->changes)
    PyList_SET_ITEM(list.ptr(), i++, steal(change_dict(*set.changes, change)).release().ptr());
  return list;
}

// As dicts only: a change set of effective values is not to be applied.
py::list effective_changes(const py::object& a, const py::object& b) {
  return dicts(compared(a, b, true));
}

py::list to_json_patch(const ChangeSetObject& set, bool redact) {
  py::list list;
  for (const Change& change : set.changes->changes)
    list.append(steal(patch_dict(*set.changes, change, redact)));
  return list;
}

}  // namespace

void bind_change(py::module_& module) {
  py::class_<ChangeSetObject>(module, "ChangeSet")
      .def_readonly("a", &ChangeSetObject::a)
      .def_readonly("b", &ChangeSetObject::b)
      .def("__len__", [](const ChangeSetObject& set) { return set.changes->changes.size(); })
      .def("__bool__", [](const ChangeSetObject& set) { return !set.changes->changes.empty(); })
      .def("__iter__", [](const ChangeSetObject& set) { return py::iter(dicts(set)); })
      .def("__getitem__", &item, py::arg("index"))
      .def("__repr__",
           [](const ChangeSetObject& set) {
             return "<ChangeSet of " + std::to_string(set.changes->changes.size()) + " changes>";
           })
      .def("to_json_patch", &to_json_patch, py::kw_only(), py::arg("redact") = true)
      .def("inverse", [](const ChangeSetObject& set) { return compare_snapshots(set.b, set.a); });
  module.def("compare", &compare_snapshots, py::arg("a"), py::arg("b"));
  module.def("effective_changes", &effective_changes, py::arg("a"), py::arg("b"));
  module.def("apply_changes", &apply_change_set, py::arg("base"), py::arg("changes"));
  module.def("apply_patch", &apply_patch_text, py::arg("base"), py::arg("patch"));
}

}  // namespace kestrel
