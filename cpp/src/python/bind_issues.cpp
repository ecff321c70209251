// `Invalid`: what the core finds wrong, as tuples that Python makes diagnostics of.
#include <pybind11/pybind11.h>

#include "bindings.hpp"
#include "kestrel/issue.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

PyObject* invalid_type;  // kept for good

py::int_ place(std::uint32_t at) { return at == kNowhere ? py::int_(-1) : py::int_(at); }

py::tuple tuple_of(const std::vector<std::string>& texts) {
  py::tuple out(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) out[i] = py::str(texts[i]);
  return out;
}

py::tuple tuple_of(const Issue& issue) {
  py::dict values;
  for (const auto& [name, value] : issue.values)
    values[py::str(name)] = steal(PyUnicode_DecodeUTF8(
        value.data(), static_cast<Py_ssize_t>(value.size()), "backslashreplace"));
  py::object at = py::none();
  if (issue.at_source != kNowhere)
    at = py::make_tuple(issue.at_source, issue.at_begin, issue.at_end);
  return py::make_tuple(issue.code, values, issue.path, place(issue.begin), place(issue.end), at,
                        tuple_of(issue.read), tuple_of(issue.context), issue.steered);
}

void raise_invalid(const Invalid& invalid) {
  py::list issues;
  for (const Issue& issue : invalid.issues) issues.append(tuple_of(issue));
  py::list hidden;
  for (const Hidden& at : invalid.hidden) hidden.append(py::make_tuple(at.path, at.begin, at.end));
  py::set_error(invalid_type, py::make_tuple(issues, hidden));
}

void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const Invalid& invalid) {
    raise_invalid(invalid);
  }
}

}  // namespace

void bind_issues(py::module_& module) {
  const py::object property = py::module_::import("builtins").attr("property");
  py::dict members;
  for (const auto& [name, index] : {std::pair{"issues", 0}, {"hidden", 1}})
    members[name] = property(py::cpp_function([index = index](const py::object& self) {
      return py::object(self.attr("args")[py::int_(index)]);
    }));
  invalid_type = PyErr_NewExceptionWithDoc("kestrel._core.Invalid",
                                           "Bad input. `issues` is a list of tuples, never empty; `hidden` "
                                           "are places of data that are not to be shown.",
                                           PyExc_Exception, members.ptr());
  if (invalid_type == nullptr) throw py::error_already_set();
  module.attr("Invalid") = py::handle(invalid_type);
  py::register_exception_translator(translate);
}

}  // namespace kestrel
