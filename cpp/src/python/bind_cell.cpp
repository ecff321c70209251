// `Cell`: the current snapshot of a running program.
#include <pybind11/pybind11.h>

#include "bindings.hpp"
#include "kestrel/cell.hpp"

namespace py = pybind11;

namespace kestrel {

namespace {

std::unique_ptr<Cell> make_cell(const py::object& first, std::uint64_t generation) {
  return std::make_unique<Cell>(snapshot_of_pin(required_pin(first)), generation);
}

py::object read(const Cell& cell) {
  return steal(new_snapshot_view(pin_of_snapshot(cell.read().snapshot)));
}

void publish(Cell& cell, const py::object& next, std::uint64_t generation) {
  SnapshotPtr snapshot = snapshot_of_pin(required_pin(next));
  const py::gil_scoped_release released;
  cell.publish(std::move(snapshot), generation);
}

}  // namespace

void bind_cell(py::module_& module) {
  py::class_<Cell>(module, "Cell")
      .def(py::init(&make_cell), py::arg("first"), py::arg("generation"))
      .def("read", &read)
      .def("generation", [](const Cell& cell) { return cell.read().generation; })
      .def("publish", &publish, py::arg("snapshot"), py::arg("generation"))
      .def("pinned", &Cell::pinned);
}

}  // namespace kestrel
