// `Schema`, and the types of snapshots and what is in them.
#include <pybind11/pybind11.h>

#include "bindings.hpp"
#include "kestrel/codec.hpp"
#include "spell.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

std::shared_ptr<SchemaObject> make_schema(const py::bytes& bundle) {
  auto made = std::make_shared<SchemaObject>();
  made->bundle = bundle;
  const py::gil_scoped_release released;
  made->schema = Schema::compile(ir::Bundle::load(made->bundle));
  return made;
}

// Decodes with `f` while other threads run; the snapshot keeps `self`, whatever subclass it is of.
template <class F>
py::object decoded(const py::object& self, F f) {
  const auto schema = self.cast<std::shared_ptr<SchemaObject>>();
  SnapshotPtr snapshot;
  {
    const py::gil_scoped_release released;
    snapshot = f(schema->schema);
  }
  return steal(new_snapshot_view(make_pin(std::move(snapshot), schema->names, self.ptr())));
}

py::object decode_json_bytes(const py::object& self, const py::bytes& data) {
  const std::string_view json = data;
  return decoded(self, [&](const auto& schema) { return decode_json(schema, json); });
}

py::object decode_doc_object(const py::object& self, const Doc& doc) {
  return decoded(self, [&](const auto& schema) { return decode_doc(schema, doc); });
}

py::object decode_partial(const py::object& self, const py::object& content) {
  if (py::isinstance<Doc>(content)) {
    const auto& doc = content.cast<const Doc&>();
    return decoded(self, [&](const auto& schema) { return decode_partial_doc(schema, doc); });
  }
  const std::string_view json = content.cast<py::bytes>();
  return decoded(self, [&](const auto& schema) { return decode_partial_json(schema, json); });
}

}  // namespace

void bind_schema(py::module_& module) {
  if (!add_record_types(module.ptr()) || !add_collection_types(module.ptr()))
    throw py::error_already_set();
  py::class_<SchemaObject, std::shared_ptr<SchemaObject>>(module, "Schema")
      .def(py::init(&make_schema), py::arg("bundle"))
      .def("decode_json", &decode_json_bytes, py::arg("data"))
      .def("decode_doc", &decode_doc_object, py::arg("doc"))
      .def("decode_partial", &decode_partial, py::arg("content"),
           "A document in part, as `merge_documents` takes it: nobody may read it.");
  module.def("in_case", &in_case, py::arg("name"), py::arg("style"));
}

}  // namespace kestrel
