// `_core.parse_kestrel` and its kin parse without the GIL, then make the nodes, leaves first, each by
// one vectorcall of its class. Raw CPython, because a file has many nodes and pybind11's calls are dear.
#include <Python.h>
#include <pybind11/pybind11.h>

#include <array>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bindings.hpp"
#include "kestrel/parse.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

using parse::Fault;
using parse::Grammar;
using parse::kAbsent;
using parse::Node;
using parse::Range;
using parse::Tree;

// A tree has no cycles; collecting garbage while it grows costs a quarter of the time and finds none.
class NoCollection {
 public:
  NoCollection() : was_on_(PyGC_Disable() != 0) {}
  ~NoCollection() {
    if (was_on_) PyGC_Enable();
  }
  NoCollection(const NoCollection&) = delete;
  NoCollection& operator=(const NoCollection&) = delete;

 private:
  bool was_on_;
};

// How the children of a rule become its value: kestrel.syntax.outcome.Mode.
enum class Mode : long { kFixed = 0, kVariadic = 1, kTuple = 2, kConstant = 3 };

// The names of a grammar's rules, made once and kept for good.
class RuleNames {
 public:
  explicit RuleNames(const Grammar& grammar) {
    for (const char* name : grammar.rule_names) {
      names_.push_back(PyUnicode_InternFromString(name));
      if (names_.back() == nullptr) throw py::error_already_set();
    }
  }
  PyObject* operator[](std::size_t rule) const { return names_[rule]; }
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  std::vector<PyObject*> names_;
};

// Rules that always pass their child through have none.
struct Maker {
  Mode mode = Mode::kConstant;
  py::object make;
};

// The makers of the rules that a text has, each looked up when it is first met: the hole of a text
// literal, which is parsed by itself, has few.
class Makers {
 public:
  Makers(const RuleNames& names, const py::dict& given)
      : names_(names), given_(given), makers_(names.size()) {}

  const Maker& of(std::size_t rule) {
    Maker& maker = makers_[rule];
    if (!maker.make) maker = look_up(rule);
    return maker;
  }

 private:
  [[nodiscard]] Maker look_up(std::size_t rule) const {
    PyObject* row = PyDict_GetItemWithError(given_.ptr(), names_[rule]);
    if (row == nullptr && PyErr_Occurred() != nullptr) throw py::error_already_set();
    if (row == nullptr) return {Mode::kConstant, py::none()};
    const auto pair = py::reinterpret_borrow<py::tuple>(row);
    return {static_cast<Mode>(pair[0].cast<long>()), pair[1]};
  }

  const RuleNames& names_;
  const py::dict& given_;
  std::vector<Maker> makers_;
};

class NodeBuilder {
 public:
  NodeBuilder(const Tree& tree, std::string_view text, Makers& makers)
      : tree_(tree), text_(text), makers_(makers), values_(tree.nodes.size()) {}

  // The root's value. Throws py::error_already_set if a maker raises.
  py::object build() {
    for (std::size_t at = 0; at <= tree_.root; ++at) {
      const Node& node = tree_.nodes[at];
      if (!node.token) values_[at] = make(node);
    }
    return std::move(values_[tree_.root]);
  }

 private:
  py::object make(const Node& node) {
    const Maker& maker = makers_.of(node.symbol);
    switch (maker.mode) {
      case Mode::kConstant:
        return maker.make;
      case Mode::kTuple:
        return children(node);
      case Mode::kVariadic:
        collect(node.range);
        arguments_.push_back(children(node));
        return call(maker.make);
      case Mode::kFixed:
        collect(node.range);
        for (std::uint32_t kid = 0; kid < node.count; ++kid) {
          arguments_.push_back(child(node, kid));
        }
        return call(maker.make);
    }
    return py::none();
  }

  py::object children(const Node& node) {
    PyObject* tuple = PyTuple_New(node.count);
    if (tuple == nullptr) throw py::error_already_set();
    for (std::uint32_t kid = 0; kid < node.count; ++kid) {
      PyTuple_SET_ITEM(tuple, kid, child(node, kid).release().ptr());
    }
    return py::reinterpret_steal<py::object>(tuple);
  }

  // A child has one parent, so its value moves there.
  py::object child(const Node& node, std::uint32_t kid) {
    const std::uint32_t at = tree_.kids[node.first + kid];
    if (at == kAbsent) return py::none();
    if (values_[at]) return std::move(values_[at]);
    return token_text(tree_.nodes[at].range);
  }

  // Names recur, so equal short texts are one object. Bytes that are not UTF-8 have been reported.
  py::object token_text(Range range) {
    const std::string_view bytes = text_.substr(range.begin, range.end - range.begin);
    if (bytes.size() > kShort) return decode(bytes);
    py::object& text = texts_[bytes];
    if (!text) text = decode(bytes);
    return text;
  }

  static py::object decode(std::string_view bytes) {
    const auto size = static_cast<Py_ssize_t>(bytes.size());
    PyObject* text = PyUnicode_DecodeUTF8(bytes.data(), size, "replace");
    if (text == nullptr) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(text);
  }

  void collect(Range range) {
    arguments_.clear();
    arguments_.push_back(offset(range.begin));
    arguments_.push_back(offset(range.end));
  }

  // A node begins where its first part does and ends where its last one does, so most offsets are
  // met again soon: then they are one object.
  const py::object& offset(std::uint32_t value) {
    Offset& kept = offsets_[value % offsets_.size()];
    if (!kept.object || kept.value != value) {
      kept = {value, py::reinterpret_steal<py::object>(PyLong_FromUnsignedLong(value))};
      if (!kept.object) throw py::error_already_set();
    }
    return kept.object;
  }

  py::object call(const py::object& make) {
    static_assert(sizeof(py::object) == sizeof(PyObject*));
    auto* arguments = reinterpret_cast<PyObject* const*>(arguments_.data());
    PyObject* made = PyObject_Vectorcall(make.ptr(), arguments, arguments_.size(), nullptr);
    if (made == nullptr) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(made);
  }

  struct Offset {
    std::uint32_t value = 0;
    py::object object;
  };

  static constexpr std::size_t kShort = 32;

  const Tree& tree_;
  std::string_view text_;
  Makers& makers_;
  std::vector<py::object> values_;
  std::array<Offset, 256> offsets_;
  std::unordered_map<std::string_view, py::object> texts_;
  std::vector<py::object> arguments_;
};

py::tuple comments_of(const Tree& tree) {
  py::tuple comments(tree.comments.size());
  for (std::size_t at = 0; at < tree.comments.size(); ++at) {
    comments[at] = py::make_tuple(tree.comments[at].begin, tree.comments[at].end);
  }
  return comments;
}

py::tuple fault_of(const Grammar& grammar, const Fault& fault) {
  py::tuple expected(fault.expected.size());
  for (std::size_t at = 0; at < fault.expected.size(); ++at) {
    expected[at] = py::str(grammar.terminals[fault.expected[at]].label);
  }
  const long opener = fault.opener == kAbsent ? -1 : static_cast<long>(fault.opener);
  return py::make_tuple(parse::name_of(fault.kind), fault.range.begin, fault.range.end, opener,
                        expected);
}

py::tuple faults_of(const Grammar& grammar, const Tree& tree) {
  py::tuple faults(tree.faults.size());
  for (std::size_t at = 0; at < tree.faults.size(); ++at) {
    faults[at] = fault_of(grammar, tree.faults[at]);
  }
  return faults;
}

const parse::Start& start_of(const Grammar& grammar, std::string_view name) {
  for (const parse::Start& start : grammar.starts) {
    if (name == start.name) return start;
  }
  throw py::value_error("no such start rule");
}

py::tuple parse_text(const Grammar& grammar, const RuleNames& names, const py::bytes& data,
                     std::string_view start_name, std::uint32_t begin, std::uint32_t end,
                     const py::dict& given) {
  const std::string_view text = data;
  const parse::Start& start = start_of(grammar, start_name);
  if (begin > end || end > text.size()) throw py::index_error("no such range of the text");
  Tree tree;
  {
    const py::gil_scoped_release released;
    tree = parse::parse(grammar, text, {begin, end}, start);
  }
  py::object root = py::none();
  if (tree.root != kAbsent) {
    const NoCollection no_collection;
    Makers makers(names, given);
    root = NodeBuilder(tree, text, makers).build();
  }
  return py::make_tuple(root, comments_of(tree), faults_of(grammar, tree));
}

// The tokens that the parser takes of a whole text, as their bounds one after another. A newline that
// ends an item is an empty token where the next one begins. Of a text with faults: what could be read.
py::list tokens_of(const Grammar& grammar, const py::bytes& data, std::uint32_t begin) {
  const std::string_view text = data;
  if (begin > text.size()) throw py::index_error("no such place in the text");
  Tree tree;
  {
    const py::gil_scoped_release released;
    const Range range{begin, static_cast<std::uint32_t>(text.size())};
    tree = parse::parse(grammar, text, range, start_of(grammar, "file"));
  }
  py::list tokens;
  for (const Node& node : tree.nodes) {
    if (!node.token) continue;
    tokens.append(node.symbol == grammar.newline ? node.range.end : node.range.begin);
    tokens.append(node.range.end);
  }
  return tokens;
}

template <const Grammar& (*grammar)()>
void bind_grammar(py::module_& module, const char* parse_name, const char* tokens_name) {
  module.def(
      parse_name,
      [](const py::bytes& text, std::string_view start, std::uint32_t begin, std::uint32_t end,
         const py::dict& makers) {
        static const RuleNames names(grammar());
        return parse_text(grammar(), names, text, start, begin, end, makers);
      },
      py::arg("text"), py::arg("start"), py::arg("begin"), py::arg("end"), py::arg("makers"));
  module.def(
      tokens_name,
      [](const py::bytes& text, std::uint32_t begin) { return tokens_of(grammar(), text, begin); },
      py::arg("text"), py::arg("begin"));
}

}  // namespace

void bind_parse(py::module_& module) {
  bind_grammar<parse::kestrel_grammar>(module, "parse_kestrel", "tokens_kestrel");
  bind_grammar<parse::regmap_grammar>(module, "parse_regmap", "tokens_regmap");
}

}  // namespace kestrel
