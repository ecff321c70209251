// `Doc`: documents built node by node, from Python values, and read back.
#include <pybind11/pybind11.h>

#include "bindings.hpp"
#include "doc_values.hpp"
#include "kestrel/codec.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

std::uint32_t place(std::int64_t at) { return at < 0 ? kNowhere : static_cast<std::uint32_t>(at); }

py::tuple pair(const Place& found) {
  const auto at = [](std::uint32_t byte) { return byte == kNowhere ? std::int64_t{-1} : byte; };
  return py::make_tuple(at(found.begin), at(found.end));
}

template <DocKind kind>
std::uint32_t open(Doc& doc, std::int64_t begin, std::int64_t end) {
  return doc.open(kind, {}, place(begin), place(end));
}

template <DocKind kind>
void text(Doc& doc, std::string_view value, std::int64_t begin, std::int64_t end) {
  doc.scalar(kind, value, place(begin), place(end));
}

void null(Doc& doc, std::int64_t begin, std::int64_t end) {
  doc.scalar(DocKind::null, {}, place(begin), place(end));
}

void boolean(Doc& doc, bool value, std::int64_t begin, std::int64_t end) {
  doc.boolean(value, place(begin), place(end));
}

void integer(Doc& doc, const py::int_& value, std::int64_t begin, std::int64_t end) {
  doc.integer(int_of(value), place(begin), place(end));
}

void real(Doc& doc, double value, std::int64_t begin, std::int64_t end) {
  doc.real(value, place(begin), place(end));
}

py::tuple locate_in_json(const py::bytes& json, std::string_view pointer, bool key) {
  return pair(locate(std::string_view(json), pointer, key));
}

py::tuple locate_in_doc(const Doc& doc, std::string_view pointer, bool key) {
  return pair(locate(doc, pointer, key));
}

Doc parse(const py::bytes& json) {
  const std::string_view text = json;
  const py::gil_scoped_release released;
  return parse_json(text);
}

}  // namespace

void bind_doc(py::module_& module) {
  const auto begin = py::arg("begin") = -1;
  const auto end = py::arg("end") = -1;
  py::class_<Doc>(module, "Doc")
      .def(py::init<>())
      .def("open_map", &open<DocKind::map>, begin, end)
      .def("open_list", &open<DocKind::list>, begin, end)
      .def("close", &Doc::close, py::arg("node"))
      .def("null", &null, begin, end)
      .def("boolean", &boolean, py::arg("value"), begin, end)
      .def("integer", &integer, py::arg("value"), begin, end)
      .def("real", &real, py::arg("value"), begin, end)
      .def("text", &text<DocKind::text>, py::arg("value"), begin, end)
      .def("plain", &text<DocKind::plain>, py::arg("value"), begin, end)
      .def("value", [](Doc& doc, const py::object& value) { doc.append(doc_of(value)); },
           py::arg("value"))
      .def_static("of", &doc_of, py::arg("value"))
      .def_static("parse", &parse, py::arg("json"))
      .def("to_python", &python_of)
      .def("locate", &locate_in_doc, py::arg("pointer"), py::arg("key") = false)
      .def("source_of", &source_of, py::arg("pointer"));
  module.def("locate", &locate_in_json, py::arg("json"), py::arg("pointer"),
             py::arg("key") = false);
}

}  // namespace kestrel
