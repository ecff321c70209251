// A JSON value that can be edited: what patches from outside are applied to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kestrel/doc.hpp"

namespace kestrel {

// Canonical text is opened level by level, where an edit goes: a patch costs what it touches.
struct JsonValue {
  enum class Kind { text, object, array } kind = Kind::text;
  std::string_view shared;  // text: canonical JSON that someone else keeps,
  std::string owned;        // or, where `shared` is empty, its own
  std::map<std::string, JsonValue, std::less<>> members;
  std::vector<JsonValue> items;

  // A canonical text that stays where it is.
  static JsonValue over(std::string_view json);
  static JsonValue of(const Doc& doc, std::uint32_t node = 0);
  void open();  // a text that is an object or array becomes one, of texts
  void write(std::string& out) const;
  std::string text() const;
  std::size_t weight() const;  // about the bytes that it takes
};

bool equal(const JsonValue& a, const JsonValue& b);  // whatever the order of members

// The parts of a JSON Pointer, unescaped. False if it is none.
bool split_pointer(std::string_view pointer, std::vector<std::string>& parts);
// An array index of a JSON Pointer, below `end`; false if it is none.
bool parse_index(std::string_view part, std::size_t end, std::size_t& index);

}  // namespace kestrel
