// Regular expressions that stand in data: what is one, by RE2's syntax as Go and RE2 read it
// (https://github.com/google/re2/wiki/Syntax). They are never matched here: `Pattern` is what rules
// match by, and knows a part of this.
#pragma once

#include <string_view>

namespace kestrel {

// Why `text` is no regular expression; nullptr if it is one. Names of Unicode scripts are not checked.
const char* regex_fault(std::string_view text);

}  // namespace kestrel
