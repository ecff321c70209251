// Plain Python values as canonical JSON: what digests and audit events are taken over.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "numbers.hpp"
#include "python_values.hpp"
#include "text.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

// Counts levels of nesting with Python's own bound; beyond it, RecursionError.
class Deeper {
 public:
  Deeper() {
    if (Py_EnterRecursiveCall(" while writing JSON") != 0) throw py::error_already_set();
  }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { Py_LeaveRecursiveCall(); }
};

class CanonicalWriter {
 public:
  void put(PyObject* value) {
    if (PyUnicode_Check(value))
      put_text(value);
    else if (value == Py_None)
      out += "null";
    else if (PyBool_Check(value))
      out += value == Py_True ? "true" : "false";
    else if (PyLong_Check(value))
      put_whole(value);
    else if (PyFloat_Check(value))
      put_float(PyFloat_AS_DOUBLE(value));
    else if (PyDict_Check(value))
      put_dict(value);
    else if (PyList_Check(value) || PyTuple_Check(value))
      put_items(value);
    else
      put_raw(value);
  }

  std::string out;

 private:
  using Member = std::pair<std::string_view, PyObject*>;

  void put_text(PyObject* value) { put_json_string(out, utf8(value)); }

  std::string_view utf8(PyObject* text) {
    Py_ssize_t size = 0;
    if (const char* data = PyUnicode_AsUTF8AndSize(text, &size))
      return {data, static_cast<std::size_t>(size)};
    // Bytes of the environment or of file names that are no UTF-8 come as lone surrogates.
    PyErr_Clear();
    spelt_.push_back(steal(PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace")));
    return spelt_.back().cast<std::string_view>();
  }

  void put_whole(PyObject* value) {
    int overflow = 0;
    const long long small = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0) return put_integer(out, static_cast<std::int64_t>(small));
    out += py::str(py::handle(value)).cast<std::string_view>();
  }

  void put_float(double value) {
    if (!std::isfinite(value)) throw py::value_error("NaN and infinities have no form in JSON");
    put_real(out, value);
  }

  void put_dict(PyObject* dict) {
    const Deeper level;
    std::vector<Member> members;
    members.reserve(static_cast<std::size_t>(PyDict_GET_SIZE(dict)));
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &key, &value);)
      members.emplace_back(name(key), value);
    std::sort(members.begin(), members.end(),
              [](const Member& a, const Member& b) { return utf16_less(a.first, b.first); });
    char before = '{';
    for (const auto& [text, member] : members) {
      out += std::exchange(before, ',');
      put_json_string(out, text);
      out += ':';
      put(member);
    }
    out += before == '{' ? "{}" : "}";
  }

  std::string_view name(PyObject* key) {
    if (!PyUnicode_Check(key)) throw py::type_error("a JSON object's names are text");
    return utf8(key);
  }

  void put_items(PyObject* items) {
    const Deeper level;
    PyObject* const* item = PySequence_Fast_ITEMS(items);
    char before = '[';
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items); ++i) {
      out += std::exchange(before, ',');
      put(item[i]);
    }
    out += before == '[' ? "[]" : "]";
  }

  // Bytes are JSON already.
  void put_raw(PyObject* value) {
    Py_buffer view;
    if (PyObject_GetBuffer(value, &view, PyBUF_SIMPLE) != 0) throw py::error_already_set();
    out.append(static_cast<const char*>(view.buf), static_cast<std::size_t>(view.len));
    PyBuffer_Release(&view);
  }

  std::vector<py::object> spelt_;
};

py::object canonical_json(const py::object& value) {
  CanonicalWriter writer;
  writer.put(value.ptr());
  return steal(bytes_object(writer.out));
}

}  // namespace

void bind_canonical(py::module_& module) {
  module.def("canonical_json", &canonical_json, py::arg("value"));
}

}  // namespace kestrel
