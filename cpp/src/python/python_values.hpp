// Python values from the core's, and owning references, for code that speaks raw CPython.
#pragma once

#include <Python.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace kestrel {

// A new reference, let go at the end.
class Owned {
 public:
  explicit Owned(PyObject* object = nullptr) : object_(object) {}
  Owned(Owned&& o) noexcept : object_(o.release()) {}
  Owned& operator=(Owned o) noexcept {
    std::swap(object_, o.object_);
    return *this;
  }
  ~Owned() { Py_XDECREF(object_); }
  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_;
};

// Holds the GIL, for destructors that may run in threads that let it go.
class GilHeld {
 public:
  GilHeld() : state_(PyGILState_Ensure()) {}
  GilHeld(const GilHeld&) = delete;
  GilHeld& operator=(const GilHeld&) = delete;
  ~GilHeld() { PyGILState_Release(state_); }

 private:
  PyGILState_STATE state_;
};

// Lets other threads run Python meanwhile.
class GilReleased {
 public:
  GilReleased() : state_(PyEval_SaveThread()) {}
  GilReleased(const GilReleased&) = delete;
  GilReleased& operator=(const GilReleased&) = delete;
  ~GilReleased() { PyEval_RestoreThread(state_); }

 private:
  PyThreadState* state_;
};

// New references; null with an exception set.
PyObject* text_object(std::string_view utf8);
PyObject* bytes_object(std::string_view bytes);
PyObject* json_object(std::string_view json);         // by Python's json
PyObject* make_duration(std::int64_t nanoseconds);    // kestrel.Duration
PyObject* make_secret(std::string_view reference);    // kestrel.Secret
PyObject* make_literal_secret(std::string_view text);
// A name of a module, imported when it is first asked for. Borrowed: kept for good.
PyObject* imported(const char* module, const char* name);

}  // namespace kestrel
