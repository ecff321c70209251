// Between Python values and documents.
#pragma once

#include <pybind11/pybind11.h>

#include "kestrel/doc.hpp"

namespace kestrel {

// Throws Invalid: KS0425 beyond 128 bits.
ir::Int int_of(const pybind11::int_& value);

// From None, bool, int, float, str, bytes, timedelta, Duration, Secret, mappings, sequences, sets.
// Throws Invalid: KS0425 (values `type`, `why`; the path says where), KS0414 (too deep, or a
// cycle).
Doc doc_of(const pybind11::object& value);

// Durations as text, variants as one-key maps or names, secrets as their references.
pybind11::object python_of(const Doc& doc);

// The number of the source that the node at a JSON Pointer came from; of the nearest above if there
// is none.
std::uint32_t source_of(const Doc& doc, std::string_view pointer);

}  // namespace kestrel
