#include "python_values.hpp"

#include <map>
#include <mutex>
#include <string>

namespace kestrel {

// Two threads may import at once, both get the same object; the mutex is not held while Python
// runs.
PyObject* imported(const char* module, const char* name) {
  static std::mutex mutex;
  static auto* known = new std::map<std::pair<std::string_view, std::string_view>, PyObject*>;
  {
    const std::lock_guard lock(mutex);
    const auto it = known->find({module, name});
    if (it != known->end()) return it->second;
  }
  const Owned loaded(PyImport_ImportModule(module));
  if (!loaded) return nullptr;
  Owned object(PyObject_GetAttrString(loaded.get(), name));
  if (!object) return nullptr;
  const std::lock_guard lock(mutex);
  return known->try_emplace({module, name}, object.release()).first->second;
}

PyObject* text_object(std::string_view utf8) {
  return PyUnicode_DecodeUTF8(utf8.data(), static_cast<Py_ssize_t>(utf8.size()), nullptr);
}

PyObject* bytes_object(std::string_view bytes) {
  return PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size()));
}

PyObject* json_object(std::string_view json) {
  PyObject* loads = imported("json", "loads");
  if (loads == nullptr) return nullptr;
  const Owned text(text_object(json));
  return text ? PyObject_CallOneArg(loads, text.get()) : nullptr;
}

PyObject* make_duration(std::int64_t nanoseconds) {
  PyObject* type = imported("kestrel.data.values", "Duration");
  if (type == nullptr) return nullptr;
  const Owned number(PyLong_FromLongLong(nanoseconds));
  return number ? PyObject_CallOneArg(type, number.get()) : nullptr;
}

PyObject* make_secret(std::string_view reference) {
  PyObject* type = imported("kestrel.data.values", "Secret");
  if (type == nullptr) return nullptr;
  const Owned text(text_object(reference));
  return text ? PyObject_CallOneArg(type, text.get()) : nullptr;
}

PyObject* make_literal_secret(std::string_view literal) {
  PyObject* type = imported("kestrel.data.values", "Secret");
  if (type == nullptr) return nullptr;
  const Owned text(text_object(literal));
  return text ? PyObject_CallFunctionObjArgs(type, Py_None, text.get(), nullptr) : nullptr;
}

}  // namespace kestrel
