// What the decoder reads from, JSON text or Doc, looks the same to it (a template parameter):
//
//   Shape shape()                    of the value at the cursor
//   Mark mark(), void seek(Mark)     the value at the cursor, to come back to or to blame
//   bool null(), boolean(bool&)      each of these takes the value if it is of that kind, else leaves it
//   Got integer(Int&), real(double&), text(string_view&), small(int64&)
//   bool bytes(string_view&), secret(string_view&), duration(Int&), variant(string_view&, uint32_t&)
//   Cursor open_map(), open_list()   where shape() said so
//   bool more(Cursor&)               is there another member or item? At the end it closes what was opened
//   bool key_is(const string& q)     takes the key if it is spelt exactly as the JSON string `q`
//   string_view key(); Mark last_key()
//   void skip()                      passes one value over
//   Span span(Mark), key_span(Mark); string key_text(Mark), describe(Mark)     for issues
//
// Views of text stay good until the next text is read. What ends the reading is thrown as Fatal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kestrel/codec.hpp"
#include "kestrel/ir.hpp"
#include "kestrel/issue.hpp"
#include "numbers.hpp"

namespace kestrel {

enum class Shape : std::uint8_t {
  null, boolean, number, text, plain, bytes, map, list, variant, secret, duration
};

using Mark = std::uint32_t;
using Span = Place;

// Reading cannot go on: malformed, too deep.
struct Fatal {
  Issue issue;
};

inline const char* shape_name(Shape shape) {
  static constexpr const char* names[] = {"null", "a boolean", "a number", "text",      "a scalar", "bytes",
                                          "a map", "a list",   "a variant", "a secret", "a duration"};
  return names[static_cast<int>(shape)];
}

// At most 60 bytes of a text, cut between characters, for messages.
inline std::string excerpt(std::string_view text) {
  if (text.size() <= 60) return std::string(text);
  std::size_t n = 57;
  while (n > 0 && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) --n;
  return std::string(text.substr(0, n)) + "...";
}

}  // namespace kestrel
