// Texts that must have a form: Uuid, Url, Cidr, Instant, Path, Regex; and base64.
#pragma once

#include <string>
#include <string_view>

namespace kestrel {

// Why `text` is no value of the scalar type; null if it is one.
const char* format_fault(std::string_view scalar, std::string_view text);
// Has the scalar a form that is looked at?
bool has_format(std::string_view scalar);

bool parse_base64(std::string_view text, std::string& bytes);
void put_base64(std::string& out, std::string_view bytes);

}  // namespace kestrel
