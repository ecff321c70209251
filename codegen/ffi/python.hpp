// Functions of Kestrel as functions of Python. Kestrel {{ version }}; do not edit.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <atomic>
#include <string>

#include "kestrel/ffi.hpp"

namespace kestrel {
namespace ffi __attribute__((visibility("hidden"))) {  // each module has its own

namespace py = pybind11;

// ---------------------------------------------------------------- failures and errors

// The module's own classes, made once when it is imported, and kept for ever.
struct Classes {
  py::object panic;
  std::vector<std::string> places;
  std::map<std::string, py::object> errors;
};
inline Classes& classes() {
  static auto* found = new Classes;
  return *found;
}
inline py::object& sink_object() {
  static auto* found = new py::object;
  return *found;
}
// What the sink raised, until the function that wrote the record has come back.
inline py::object& sink_error() {
  static thread_local py::object* found = new py::object;
  return *found;
}

inline constexpr const char* kFailTexts[] = {
    "",
    "a number beyond 128 bits",
    "division by zero",
    "there is no such item",
    "a value that does not fit",
    "two entries with one key",
    "functions call each other too deeply",
    "no audit sink is installed, or it failed: call set_audit_sink first",
};

[[noreturn]] inline void raise(const py::object& type, const py::object& instance) {
  PyErr_SetObject(type.ptr(), instance.ptr());
  throw py::error_already_set();
}
[[noreturn]] inline void panic(Fault fault, const char* function) {
  const auto code = static_cast<int>(fault.code);
  py::object type = classes().panic;
  const auto& places = classes().places;
  const std::string known = fault.place > 0 && fault.place <= places.size() ? places[fault.place - 1] : "";
  py::object made = type(std::string(function) + ": " + kFailTexts[code] +
                         (known.empty() ? "" : " (" + known + ")"));
  made.attr("code") = kFailNames[code];
  made.attr("place") = known;
  if (sink_error()) made.attr("__cause__") = std::exchange(sink_error(), py::object());
  raise(type, made);
}
// The compiled module is `_name`, and people know it as `name`.
inline std::string known_as(const py::module_& m, const char* name) {
  std::string module = py::str(m.attr("__name__")).cast<std::string>();
  const std::size_t dot = module.rfind('.');
  module.erase(dot == std::string::npos ? 0 : dot + 1, 1);
  return module + "." + name;
}
inline void make_panic(py::module_& m) {
  m.def("_set_places", [](std::vector<std::string> places) { classes().places = std::move(places); });
  const std::string name = known_as(m, "Panic");
  classes().panic = py::reinterpret_steal<py::object>(
      PyErr_NewExceptionWithDoc(name.c_str(), "A function could give no value.",
                                PyExc_RuntimeError, nullptr));
  m.attr("Panic") = classes().panic;
}
inline py::object make_error(py::module_& m, const char* name, const char* doc) {
  const std::string full = known_as(m, name);
  auto made = py::reinterpret_steal<py::object>(
      PyErr_NewExceptionWithDoc(full.c_str(), doc, PyExc_Exception, nullptr));
  m.attr(name) = made;
  classes().errors[name] = made;
  return made;
}

// How an error of type E is raised; given for each type that a function can fail with.
template <class E>
struct Raise;

// What a function gives, as Python has it: an error is raised, and so is a failure.
template <class T>
struct Given {
  using type = T;
  static T of(T value) { return value; }
};
template <class T, class E>
struct Given<Result<T, E>> {
  using type = typename Given<T>::type;
  static type of(Result<T, E> result) {
    if (!result.is_ok) Raise<E>::raise(result.error);
    return Given<T>::of(std::move(result.value));
  }
};
template <>
struct Given<Unit> {
  using type = void;
  static void of(Unit) {}
};
template <class T>
typename Given<T>::type given(Out<T> out, const char* function) {
  if (out.failed()) panic(out.fault, function);
  return Given<T>::of(std::move(out.value));
}

// ---------------------------------------------------------------- audit

inline py::object as_object(const Field& f) {
  switch (f.kind) {
    case Field::Kind::boolean: return py::bool_(f.integer != 0);
    case Field::Kind::integer: return py::int_(f.integer);
    case Field::Kind::real: return py::float_(f.real);
    case Field::Kind::text: return py::str(f.text);
  }
  return py::none();
}
inline bool call_sink(void*, const char* event, const Field* fields, std::size_t count) {
  const py::gil_scoped_acquire locked;
  try {
    py::dict named;
    for (std::size_t i = 0; i < count; ++i) named[fields[i].name] = as_object(fields[i]);
    sink_object()(event, named);
    return true;
  } catch (py::error_already_set& error) {
    sink_error() = error.value();
    return false;
  }
}
inline void set_audit_sink(const py::object& sink) {
  sink_object() = sink;
#ifdef KESTREL_AUDIT_DISCARD
  if (sink.is_none()) return;
#endif
  if (sink.is_none())
    install(nullptr, nullptr);
  else
    install(call_sink, nullptr);
}
inline void define_audit(py::module_& m) {
  m.def("set_audit_sink", set_audit_sink, py::arg("sink"),
        "Install the function that gets audit records: `sink(event, fields)`; None removes it.");
}

// ---------------------------------------------------------------- text

// C's text ends at the first NUL, so none may come in.
template <class T>
bool has_nul(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return std::string_view(value).find('\0') != std::string_view::npos;
  } else if constexpr (requires { value.tie(); }) {
    return has_nul(value.tie());
  } else if constexpr (requires { value.has_value(); *value; }) {
    return value && has_nul(*value);
  } else if constexpr (requires { std::variant_size<T>::value; value.index(); }) {
    return std::visit([](const auto& each) { return has_nul(each); }, value);
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    return std::apply([](const auto&... each) { return (has_nul(each) || ...); }, value);
  } else if constexpr (requires { value.begin()->first; value.begin()->second; }) {
    return std::any_of(value.begin(), value.end(),
                       [](const auto& e) { return has_nul(e.first) || has_nul(e.second); });
  } else if constexpr (requires { value.begin(); value.size(); }) {
    return std::any_of(value.begin(), value.end(), [](const auto& e) { return has_nul(e); });
  } else {
    return false;
  }
}
template <class T>
const T& checked(const T& value, const char* name) {
  if (has_nul(value)) throw py::value_error(std::string(name) + ": text with a NUL in it");
  return value;
}

// ---------------------------------------------------------------- handles

// What every handle in Python knows: the handles that must be closed before it.
struct Owner {
  std::atomic<int> dependents{0};
};

template <class H>
class Held : public Owner {
 public:
  Held(H handle, std::shared_ptr<Owner> owner, const char* name)
      : handle_(std::move(handle)), owner_(std::move(owner)), name_(name) {
    if (owner_) ++owner_->dependents;
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (handle_) {
      const std::string text = std::string("unclosed ") + name_;
      if (PyErr_WarnEx(PyExc_ResourceWarning, text.c_str(), 1) != 0) PyErr_WriteUnraisable(nullptr);
    }
    drop();
  }
  bool closed() const { return !handle_; }
  void close() {
    if (closed()) return;
    if (dependents != 0)
      throw py::value_error(std::string(name_) + " has open handles of its own: close them first");
    drop();
  }
  H& get() {
    if (closed()) throw py::value_error(std::string(name_) + " is closed");
    return handle_;
  }
  H take() {
    H& mine = get();
    if (dependents != 0)
      throw py::value_error(std::string(name_) + " has open handles of its own: close them first");
    H out = std::move(mine);
    leave();
    return out;
  }

 private:
  void drop() {
    handle_.drop();
    leave();
  }
  void leave() {
    if (owner_) --owner_->dependents;
    owner_.reset();
  }

  H handle_;
  std::shared_ptr<Owner> owner_;
  const char* name_;
};

// Classes are of the type `type`, as their stubs say.
inline py::metaclass plain_type() {
  return py::metaclass(reinterpret_cast<PyObject*>(&PyType_Type));
}
template <class H>
void define_handle(py::module_& m, const char* name, const char* doc) {
  using P = Held<H>;
  py::class_<P, std::shared_ptr<P>>(m, name, doc, plain_type())
      .def("close", &P::close, "Release it; once it is closed, this does nothing.")
      .def_property_readonly("closed", &P::closed)
      .def("__enter__", [](py::object self) { return self; })
      .def("__exit__", [](P& self, const py::args&) { self.close(); });
}

// ---------------------------------------------------------------- buffers

// A buffer of Python's, for the time of a call.
template <class T>
class Borrowed {
 public:
  Borrowed() = default;
  Borrowed(Borrowed&& o) noexcept : view_(o.view_), has_(std::exchange(o.has_, false)) {}
  Borrowed& operator=(Borrowed&& o) noexcept {
    std::swap(view_, o.view_);
    std::swap(has_, o.has_);
    return *this;
  }
  ~Borrowed() {
    if (has_) PyBuffer_Release(&view_);
  }
  bool load(PyObject* object) {
    if (PyObject_GetBuffer(object, &view_, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0) {
      PyErr_Clear();
      return false;
    }
    has_ = true;
    const std::string_view format = view_.format ? view_.format : "B";
    return static_cast<std::size_t>(view_.itemsize) == sizeof(T) && fits(format);
  }
  Buffer<T> get() const {
    return {static_cast<const T*>(view_.buf), static_cast<std::size_t>(view_.len) / sizeof(T)};
  }

 private:
  // Formats of the struct module: which letters are signed, unsigned, real.
  static bool fits(std::string_view format) {
    if (!format.empty() && std::string_view("@=<>!").find(format[0]) != std::string_view::npos)
      format.remove_prefix(1);
    if (format.size() != 1) return false;
    constexpr std::string_view reals = "fd", whole = "bhilqn", natural = "BHILQNc?";
    const auto in = [&](std::string_view set) { return set.find(format[0]) != set.npos; };
    if (std::is_floating_point_v<T>) return in(reals);
    if (sizeof(T) == 1) return in(whole) || in(natural);
    return std::is_signed_v<T> ? in(whole) : in(natural);
  }

  Py_buffer view_{};
  bool has_ = false;
};

// ---------------------------------------------------------------- calls without a detour

// The arguments of a function that takes them by position; `load` says what is wrong with one.
inline bool load_int(PyObject* object, long long lo, long long hi, long long* out) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (value == -1 && PyErr_Occurred()) return false;
  if (overflow != 0 || value < lo || value > hi) {
    PyErr_SetString(PyExc_OverflowError, "a number that does not fit");
    return false;
  }
  *out = value;
  return true;
}
template <class T>
struct Fast {
  T value{};
  bool load(PyObject* object) {
    if constexpr (std::is_same_v<T, bool>) {
      const int truth = object == Py_True ? 1 : object == Py_False ? 0 : -1;
      if (truth < 0) PyErr_SetString(PyExc_TypeError, "True or False is due");
      value = truth == 1;
      return truth >= 0;
    } else if constexpr (std::is_floating_point_v<T>) {
      const double d = PyFloat_AsDouble(object);
      value = static_cast<T>(d);
      return !(d == -1.0 && PyErr_Occurred());
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      if (!PyLong_Check(object)) {
        PyErr_SetString(PyExc_TypeError, "an integer is due");
        return false;
      }
      value = PyLong_AsUnsignedLongLong(object);
      return !(value == static_cast<T>(-1) && PyErr_Occurred());
    } else {
      long long wide = 0;
      if (!load_int(object, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), &wide))
        return false;
      value = static_cast<T>(wide);
      return true;
    }
  }
  T get() const { return value; }
};
template <class T>
struct Fast<Buffer<T>> {
  Borrowed<T> view;
  bool load(PyObject* object) {
    if (view.load(object)) return true;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a contiguous buffer of its items is due");
    return false;
  }
  Buffer<T> get() const { return view.get(); }
};
inline PyObject* as_python(bool b) { return PyBool_FromLong(b); }
inline PyObject* as_python(double d) { return PyFloat_FromDouble(d); }
inline PyObject* as_python(float d) { return PyFloat_FromDouble(static_cast<double>(d)); }
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
PyObject* as_python(T n) {
  if constexpr (std::is_signed_v<T>)
    return PyLong_FromLongLong(n);
  else
    return PyLong_FromUnsignedLongLong(n);
}
inline PyObject* as_python(Unit) { Py_RETURN_NONE; }

// A panic from where no exception of C++ may pass.
inline PyObject* panicked(Fault fault, const char* function) {
  try {
    panic(fault, function);
  } catch (py::error_already_set& error) {
    error.restore();
  }
  return nullptr;
}
// Arguments in order: those by name are put in their places. The limit is the generator's.
inline bool in_order(const char* function, PyObject* const* args, Py_ssize_t given, PyObject* names,
                     const char* const* params, Py_ssize_t count, PyObject** out) {
  const Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < count; ++i) out[i] = i < given ? args[i] : nullptr;
  bool fine = given <= count;
  for (Py_ssize_t n = 0; fine && n < named; ++n) {
    Py_ssize_t at = 0;
    while (at < count && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, n), params[at]))
      ++at;
    fine = at < count && out[at] == nullptr;
    if (fine) out[at] = args[given + n];
  }
  for (Py_ssize_t i = 0; fine && i < count; ++i) fine = out[i] != nullptr;
  if (!fine) PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments", function, count);
  return fine;
}

}  // namespace ffi
}  // namespace kestrel

namespace pybind11::detail {

template <>
struct type_caster<kestrel::ffi::Bytes> {
  PYBIND11_TYPE_CASTER(kestrel::ffi::Bytes, const_name("bytes"));
  bool load(handle source, bool) {
    kestrel::ffi::Borrowed<std::uint8_t> view;
    if (!PyObject_CheckBuffer(source.ptr()) || !view.load(source.ptr())) return false;
    const auto buffer = view.get();
    value.data.assign(reinterpret_cast<const char*>(buffer.data), buffer.length);
    return true;
  }
  static handle cast(const kestrel::ffi::Bytes& b, return_value_policy, handle) {
    return PyBytes_FromStringAndSize(b.data.data(), static_cast<Py_ssize_t>(b.data.size()));
  }
};

template <class T>
struct type_caster<kestrel::ffi::Borrowed<T>> {
  PYBIND11_TYPE_CASTER(kestrel::ffi::Borrowed<T>, const_name("collections.abc.Buffer"));
  bool load(handle source, bool) {
    return PyObject_CheckBuffer(source.ptr()) && value.load(source.ptr());
  }
};

}  // namespace pybind11::detail
