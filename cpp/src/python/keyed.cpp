#include "keyed.hpp"

#include <pybind11/pybind11.h>

#include "bindings.hpp"
#include "kestrel/codec.hpp"
#include "python_values.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

constexpr Py_ssize_t kKeyBytes = 32;

py::object named(const char* module, const char* name) {
  PyObject* found = imported(module, name);
  if (found == nullptr) throw py::error_already_set();
  return py::reinterpret_borrow<py::object>(found);
}

// Drawn when it is first needed, and never shown: what it keys can be compared within this process,
// and guessed nowhere.
const std::string& process_key() {
  static const std::string* key =
      new std::string(named("os", "urandom")(kKeyBytes).cast<std::string>());
  return *key;
}

void put_keyed(const std::string& key, std::string_view literal, std::string& out) {
  const py::object hash = named("hmac", "digest")(py::bytes(key), py::bytes(literal.data(), literal.size()), "sha256");
  out += "\"hmac-sha256:";
  out += hash.attr("hex")().cast<std::string>();
  out += '"';
}

py::object digest_with(const PinPtr& pin, const std::string& key) {
  std::string json;
  bool literals = false;
  {
    const GilReleased released;
    literals = has_literals(*pin->snapshot);
    if (!literals) json = document_json(*pin->snapshot);
  }
  if (literals) {
    const std::string& used = key.empty() ? process_key() : key;
    json = document_json(*pin->snapshot, [&](std::string_view literal, std::string& out) {
      put_keyed(used, literal, out);
    });
  }
  return named("hashlib", "sha256")(steal(bytes_object(json))).attr("hexdigest")();
}

PyObject* digest_object(const PinPtr& pin, const std::string& key) {
  try {
    return digest_with(pin, key).release().ptr();
  } catch (py::error_already_set& error) {
    error.restore();
    return nullptr;
  }
}

py::object keyed(const py::object& snapshot, const py::bytes& key) {
  const PinPtr pin = required_pin(snapshot);
  std::string text = key;
  if (text.empty()) throw py::value_error("a key has bytes");
  if (pin->key == text) return snapshot;
  return steal(new_snapshot_view(make_pin(pin->snapshot, pin->names, pin->schema, std::move(text))));
}

py::object keyed_as(const py::object& snapshot, const py::object& other) {
  const PinPtr pin = required_pin(snapshot), like = required_pin(other);
  if (pin->key == like->key) return snapshot;
  return steal(new_snapshot_view(make_pin(pin->snapshot, pin->names, pin->schema, like->key)));
}

bool is_keyed(const py::object& snapshot) { return !required_pin(snapshot)->key.empty(); }

bool holds_literals(const py::object& snapshot) {
  const PinPtr pin = required_pin(snapshot);
  const py::gil_scoped_release released;
  return has_literals(*pin->snapshot);
}

}  // namespace

PyObject* document_digest(const PinPtr& pin) { return digest_object(pin, pin->key); }
PyObject* process_digest(const PinPtr& pin) { return digest_object(pin, {}); }

void bind_keyed(py::module_& module) {
  module.def("keyed", &keyed, py::arg("snapshot"), py::arg("key"));
  module.def("keyed_as", &keyed_as, py::arg("snapshot"), py::arg("other"));
  module.def("is_keyed", &is_keyed, py::arg("snapshot"));
  module.def("has_literals", &holds_literals, py::arg("snapshot"));
}

}  // namespace kestrel
