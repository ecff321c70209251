// Small things about text: UTF-8, the orders and escapes of JSON, nearest names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kestrel {

// Byte of the first place that is not UTF-8; npos if there is none.
std::size_t invalid_utf8(std::string_view text);
std::uint32_t code_points(std::string_view text);
void put_utf8(std::string& out, std::uint32_t code_point);

// Order of member names in canonical JSON: by UTF-16 code units.
bool utf16_less(std::string_view a, std::string_view b);
// Is there a byte that makes the orders by UTF-8 and by UTF-16 differ?
bool has_high_text(std::string_view text);

// A JSON string as RFC 8785 writes it, with its quotes.
void put_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);
// One step of a JSON Pointer, with its slash.
void put_pointer_step(std::string& out, std::string_view name);

bool same_ignoring_case(std::string_view a, std::string_view b);
// The candidate that a person most likely meant; empty if none is near.
std::string nearest(std::string_view name, const std::vector<std::string_view>& candidates);

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
inline bool is_hex(char c) { return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }

}  // namespace kestrel
