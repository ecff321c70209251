#include "doc_values.hpp"

#include <string>
#include <utility>

#include "bindings.hpp"
#include "json_value.hpp"
#include "kestrel/codec.hpp"
#include "numbers.hpp"
#include "python_values.hpp"
#include "text.hpp"
#include "units.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

[[noreturn]] void fail(std::string code, std::string path,
                       std::vector<std::pair<std::string, std::string>> values) {
  Issue issue;
  issue.code = std::move(code);
  issue.path = std::move(path);
  issue.values = std::move(values);
  throw Invalid{{std::move(issue)}};
}

std::string type_name(py::handle value) { return Py_TYPE(value.ptr())->tp_name; }

bool is_a(py::handle value, const char* module, const char* name) {
  PyObject* type = imported(module, name);
  if (type == nullptr) throw py::error_already_set();
  return py::isinstance(value, type);
}

class DocMaker {
 public:
  Doc make(const py::object& value) {
    put(value);
    return std::move(doc_);
  }

 private:
  void put(py::handle value) {
    PyObject* o = value.ptr();
    if (o == Py_None) {
      doc_.scalar(DocKind::null, {});
    } else if (PyBool_Check(o)) {
      doc_.boolean(o == Py_True);
    } else if (PyLong_Check(o)) {
      put_integer(value);
    } else if (PyFloat_Check(o)) {
      doc_.real(PyFloat_AS_DOUBLE(o));
    } else if (PyUnicode_Check(o)) {
      doc_.scalar(DocKind::text, text_of(value));
    } else if (PyBytes_Check(o)) {
      doc_.scalar(DocKind::bytes, value.cast<std::string_view>());
    } else {
      put_other(value);
    }
  }
  void put_integer(py::handle value) {
    const ir::Int number = int_here(value);
    const bool exact = PyLong_CheckExact(value.ptr());
    if (!exact && is_a(value, "kestrel.data.values", "Duration"))
      doc_.duration(number);
    else
      doc_.integer(number);
  }
  void put_other(py::handle value) {
    if (is_a(value, "datetime", "timedelta")) return put_timedelta(value);
    if (is_a(value, "kestrel.data.values", "Secret")) return put_secret(value);
    if (is_a(value, "collections.abc", "Mapping")) return put_map(value);
    if (is_a(value, "collections.abc", "Sequence") || is_a(value, "collections.abc", "Set"))
      return put_list(value);
    fail("KS0425", path_, {{"type", type_name(value)}, {"why", "it has no form in a document"}});
  }
  void put_timedelta(py::handle value) {
    const ir::Int days = value.attr("days").cast<std::int64_t>();
    const ir::Int seconds = value.attr("seconds").cast<std::int64_t>();
    const ir::Int micros = value.attr("microseconds").cast<std::int64_t>();
    doc_.duration(((days * 86'400 + seconds) * 1'000'000 + micros) * 1'000);
  }
  void put_secret(py::handle value) {
    const py::object reference = value.attr("reference");
    if (reference.is_none())
      doc_.scalar(DocKind::text, text_of(value.attr("resolve")()));
    else
      doc_.scalar(DocKind::secret, text_of(reference));
  }
  void put_map(py::handle value) {
    const std::uint32_t node = open(DocKind::map);
    for (py::handle entry : value.attr("items")()) {
      const py::tuple pair = py::reinterpret_borrow<py::tuple>(entry);
      const std::string name = key_of(pair[0]);
      doc_.scalar(DocKind::text, name);
      below(name, pair[1]);
    }
    close(node);
  }
  void put_list(py::handle value) {
    const std::uint32_t node = open(DocKind::list);
    std::size_t i = 0;
    for (py::handle item : value) below(std::to_string(i++), item);
    close(node);
  }
  std::string key_of(py::handle key) {
    if (PyUnicode_Check(key.ptr())) return std::string(text_of(key));
    if (PyLong_Check(key.ptr()) && !PyBool_Check(key.ptr()))
      return py::str(key).cast<std::string>();
    fail("KS0425", path_, {{"type", type_name(key)}, {"why", "a key is text or an integer"}});
  }
  std::string_view text_of(py::handle value) {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
    if (text != nullptr) return {text, static_cast<std::size_t>(size)};
    PyErr_Clear();
    fail("KS0416", path_, {});
  }

  std::uint32_t open(DocKind kind) {
    if (++depth_ > Limits{}.depth)
      fail("KS0414", path_, {{"limit", std::to_string(Limits{}.depth)}});
    return doc_.open(kind);
  }
  void close(std::uint32_t node) {
    doc_.close(node);
    --depth_;
  }
  void below(std::string_view name, py::handle value) {
    const std::size_t length = path_.size();
    put_pointer_step(path_, name);
    put(value);
    path_.resize(length);
  }
  ir::Int int_here(py::handle value) const {
    try {
      return int_of(py::reinterpret_borrow<py::int_>(value));
    } catch (Invalid& invalid) {
      for (Issue& issue : invalid.issues) issue.path = path_;
      throw;
    }
  }

  Doc doc_;
  std::string path_;
  std::uint32_t depth_ = 0;
};

py::object int_object(ir::Int value) {
  if (value >= INT64_MIN && value <= INT64_MAX) return py::int_(static_cast<std::int64_t>(value));
  const std::string digits = to_text(value);
  return steal(PyLong_FromString(digits.c_str(), nullptr, 10));
}

class PythonMaker {
 public:
  explicit PythonMaker(const Doc& doc) : doc_(doc) {}

  py::object make(std::uint32_t node) {
    const DocNode& n = doc_.nodes[node];
    switch (n.kind) {
      case DocKind::null: return py::none();
      case DocKind::boolean: return py::bool_(n.integer != 0);
      case DocKind::integer: return int_object(n.integer);
      case DocKind::real: return py::float_(n.real);
      case DocKind::bytes: return steal(bytes_object(doc_.text(n)));
      case DocKind::duration: return duration(n);
      case DocKind::map: return map(node);
      case DocKind::list: return list(node, n.count);
      case DocKind::variant: return variant(node);
      default: return steal(text_object(doc_.text(n)));
    }
  }

 private:
  py::object duration(const DocNode& n) {
    std::string text;
    put_duration(text, static_cast<std::int64_t>(n.integer));
    return py::str(text);
  }
  py::object map(std::uint32_t node) {
    py::dict made;
    std::uint32_t child = node + 1;
    for (std::uint32_t i = 0; i < doc_.nodes[node].count; ++i) {
      const DocNode& name = doc_.nodes[child];
      made[steal(text_object(doc_.text(name)))] = make(name.next);
      child = doc_.nodes[name.next].next;
    }
    return made;
  }
  py::list list(std::uint32_t node, std::uint32_t count) {
    py::list made;
    std::uint32_t child = node + 1;
    for (std::uint32_t i = 0; i < count; ++i, child = doc_.nodes[child].next)
      made.append(make(child));
    return made;
  }
  py::object variant(std::uint32_t node) {
    const DocNode& n = doc_.nodes[node];
    py::object name = steal(text_object(doc_.text(n)));
    if (n.count == 0) return name;
    py::dict made;
    made[name] = n.count == 1 ? make(node + 1) : list(node, n.count);
    return made;
  }

  const Doc& doc_;
};

// The child of a node by one step of a pointer; kNowhere if there is none.
std::uint32_t child_of(const Doc& doc, std::uint32_t node, const std::string& part) {
  const DocNode& n = doc.nodes[node];
  std::size_t index = 0;
  std::uint32_t child = node + 1;
  if (n.kind == DocKind::map) {
    for (std::uint32_t i = 0; i < n.count; ++i) {
      const DocNode& name = doc.nodes[child];
      if (doc.text(name) == part) return name.next;
      child = doc.nodes[name.next].next;
    }
  } else if (n.kind == DocKind::list && parse_index(part, n.count, index)) {
    for (; index > 0; --index) child = doc.nodes[child].next;
    return child;
  }
  return kNowhere;
}

}  // namespace

ir::Int int_of(const py::int_& value) {
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow == 0) return small;
  ir::Int number = 0;
  if (value.attr("bit_length")().cast<std::int64_t>() < 128) {
    const py::object plain = steal(PyNumber_Long(value.ptr()));  // a subclass may print otherwise
    const auto digits = steal(PyLong_Type.tp_repr(plain.ptr())).cast<std::string>();
    if (parse_integer(digits, number) == Got::yes) return number;
  }
  fail("KS0425", "", {{"type", "int"}, {"why", "it is beyond 128 bits"}});
}

Doc doc_of(const py::object& value) { return DocMaker().make(value); }

py::object python_of(const Doc& doc) {
  return doc.nodes.empty() ? py::none() : PythonMaker(doc).make(0);
}

std::uint32_t source_of(const Doc& doc, std::string_view pointer) {
  std::vector<std::string> parts;
  if (doc.nodes.empty() || !split_pointer(pointer, parts)) return 0;
  std::uint32_t node = 0;
  for (const std::string& part : parts) {
    const std::uint32_t child = child_of(doc, node, part);
    if (child == kNowhere) break;
    node = child;
  }
  return doc.nodes[node].source;
}

}  // namespace kestrel
