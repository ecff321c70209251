// The evaluator and patterns: `OPERATIONS`, documents that expressions make, `Pattern`.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "kestrel/eval.hpp"
#include "kestrel/pattern.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

py::tuple table_of_operations() {
  py::list rows;
  for (const OpInfo& op : operations())
    rows.append(py::make_tuple(op.name, op.signature, op.meaning));
  return py::tuple(rows);
}

Doc config(const py::bytes& bundle, std::string_view name) {
  const std::string_view json = bundle;
  const py::gil_scoped_release unlocked;
  return evaluate_config(*ir::Bundle::load(json), name);
}

Doc template_of(const py::bytes& bundle, std::string_view name, const py::object& arguments) {
  const std::string_view json = bundle;
  const PinPtr given = required_pin(arguments);
  const py::gil_scoped_release unlocked;
  return evaluate_template(*ir::Bundle::load(json), name, *given->snapshot);
}

// The document, or (code, source, begin, end) of why there is none.
py::object function(const py::bytes& bundle, std::string_view name) {
  const std::string_view json = bundle;
  Doc made;
  try {
    const py::gil_scoped_release unlocked;
    made = evaluate_function(*ir::Bundle::load(json), name);
  } catch (const Failure& failure) {
    return py::make_tuple(failure.code, failure.at.source, failure.at.begin, failure.at.end);
  }
  return py::cast(std::move(made));
}

Doc migration(const py::bytes& bundle, std::string_view record, std::size_t index,
              const py::object& old) {
  const std::string_view json = bundle;
  const PinPtr from = required_pin(old);
  const py::gil_scoped_release unlocked;
  return evaluate_migration(*ir::Bundle::load(json), record, index, *from->snapshot);
}

Doc merged(const py::object& base, const py::object& over, std::string_view precedence) {
  const PinPtr a = required_pin(base), b = required_pin(over);
  const py::gil_scoped_release unlocked;
  return merge_documents(*a->snapshot, *b->snapshot, precedence);
}

py::tuple automaton_of(const Pattern& pattern) {
  const Automaton& a = pattern.automaton();
  const auto bytes = [](const auto& from) {
    return py::bytes(reinterpret_cast<const char*>(from.data()), from.size());
  };
  return py::make_tuple(bytes(a.classes), a.width, a.start, a.next, bytes(a.accepting));
}

py::tuple contained_in(const Pattern& narrow, const Pattern& wide) {
  std::string witness;
  const bool yes = Pattern::contained(narrow, wide, &witness);
  return py::make_tuple(yes, yes ? py::object(py::none()) : py::str(witness));
}

using Patterns = std::vector<std::shared_ptr<Pattern>>;

std::optional<std::string> find_text(const Patterns& matching, const Patterns& missing) {
  std::vector<Pattern::Literal> literals;
  for (const auto& pattern : matching) literals.push_back({pattern.get(), true});
  for (const auto& pattern : missing) literals.push_back({pattern.get(), false});
  const py::gil_scoped_release unlocked;
  return Pattern::find(std::move(literals));
}

}  // namespace

void bind_eval(py::module_& module) {
  module.attr("OPERATIONS") = table_of_operations();
  module.def("evaluate_config", config, py::arg("bundle"), py::arg("name"),
             "The document of the declared config `name` of a bundle that holds it.");
  module.def("evaluate_template", template_of, py::arg("bundle"), py::arg("name"),
             py::arg("arguments"),
             "The document of the template `name`; the arguments are a record's fields, in order.");
  module.def("evaluate_function", function, py::arg("bundle"), py::arg("name"),
             "What the declared function `name`, without parameters, gives; or, as a tuple, the code "
             "of its failure and its place.");
  module.def("evaluate_migration", migration, py::arg("bundle"), py::arg("record"),
             py::arg("index"), py::arg("old"),
             "What migration `index` of a record makes of a snapshot of the other schema.");
  module.def("merge_documents", merged, py::arg("base"), py::arg("over"), py::arg("precedence"),
             "The document of one snapshot over another's, both perhaps in part.");
  py::class_<Pattern, std::shared_ptr<Pattern>>(module, "Pattern")
      .def(py::init([](std::string_view source) {
             return std::const_pointer_cast<Pattern>(Pattern::compile(source));
           }),
           py::arg("source"))
      .def("matches", &Pattern::matches, py::arg("text"), "Does the pattern match the whole text?")
      .def(
          "contained_in", contained_in, py::arg("wide"),
          "Does `wide` match all that this matches? If not, also a shortest text that it does not.")
      .def_property_readonly("source", &Pattern::source)
      .def_property_readonly(
          "states", [](const Pattern& p) { return p.automaton().states(); },
          "States of the minimal automaton.")
      .def_property_readonly("automaton", automaton_of,
                             "(classes, width, start, next, accepting): its tables.");
  module.def("find_text", find_text, py::arg("matching"), py::arg("missing"),
             "A shortest text that matches all of `matching` and none of `missing`, if there is one.");
}

}  // namespace kestrel
