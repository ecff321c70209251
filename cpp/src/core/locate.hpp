// Where values stand in what was read.
#pragma once

#include "doc_source.hpp"
#include "json_source.hpp"

namespace kestrel {

// As `locate`, but of the nearest enclosing value where there is nothing at the pointer itself. The
// source stands at its beginning, and is of no further use.
Place nearest_place(JsonSource source, std::string_view pointer);
Place nearest_place(DocSource source, std::string_view pointer);

}  // namespace kestrel
