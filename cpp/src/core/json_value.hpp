// A JSON value that can be edited: what patches from outside are applied to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kestrel/doc.hpp"

namespace kestrel {

struct JsonValue {
  enum class Kind { scalar, object, array } kind = Kind::scalar;
  std::string scalar;  // canonical text
  std::map<std::string, JsonValue, std::less<>> members;
  std::vector<JsonValue> items;

  bool operator==(const JsonValue&) const = default;

  static JsonValue of(const Doc& doc, std::uint32_t node = 0);
  void write(std::string& out) const;
  std::string text() const;
  std::size_t weight() const;  // about the bytes that it takes
};

// The parts of a JSON Pointer, unescaped. False if it is none.
bool split_pointer(std::string_view pointer, std::vector<std::string>& parts);
// An array index of a JSON Pointer, below `end`; false if it is none.
bool parse_index(std::string_view part, std::size_t end, std::size_t& index);

}  // namespace kestrel
