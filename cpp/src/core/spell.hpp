// Types, conditions and names as a person writes them, for messages and data.
#pragma once

#include <string>
#include <string_view>

#include "kestrel/ir.hpp"

namespace kestrel {

std::string spell(const ir::Type& type);  // `Option<Tls>`, `[String]`
std::string spell(const ir::Expr& expr);  // `it >= 1024`; what has no short spelling is `…`

// `@case`: a name in data. "" leaves it; snake, kebab, camel, pascal, upper.
std::string in_case(std::string_view name, std::string_view style);

// What follows the last dot of a full name.
std::string_view own_name(std::string_view full);

}  // namespace kestrel
