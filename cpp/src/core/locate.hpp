// Where values stand in what was read.
#pragma once

#include "kestrel/codec.hpp"

namespace kestrel {

// As `locate`, but of the nearest enclosing value where there is nothing at the pointer itself.
Place nearest_place(std::string_view json, std::string_view pointer);
Place nearest_place(const Doc& doc, std::string_view pointer);

}  // namespace kestrel
