// Numbers as text: integers of 128 bits, doubles as ECMAScript (and so RFC 8785) writes them, and
// the ways in which data files spell numbers.
#pragma once

#include <string>
#include <string_view>

#include "kestrel/ir.hpp"

namespace kestrel {

inline constexpr ir::Int kIntMax = static_cast<ir::Int>(~static_cast<unsigned __int128>(0) >> 1);
inline constexpr ir::Int kIntMin = -kIntMax - 1;

void put_integer(std::string& out, ir::Int value);
void put_integer(std::string& out, std::int64_t value);
void put_real(std::string& out, double value);   // shortest that reads back; -0 is 0
void put_real32(std::string& out, float value);  // the same for an f32
std::string to_text(ir::Int value);

enum class Got : std::uint8_t { yes, no, huge };  // huge: an integer beyond 128 bits

// Digits with an optional minus.
Got parse_integer(std::string_view text, ir::Int& value);
// A JSON number, read to the nearest double; infinite where it is too large.
double parse_real(std::string_view json_number);
// Is all of `text` a number of JSON's grammar? `integral`: without fraction and exponent.
bool is_json_number(std::string_view text, bool& integral);

// YAML's plain scalars: `0x1F`, `0o17`, `+5`, `1_000` is text.
Got parse_plain_integer(std::string_view text, ir::Int& value);
bool parse_plain_real(std::string_view text, double& value);  // `.inf` and `.nan` are read as such

}  // namespace kestrel
