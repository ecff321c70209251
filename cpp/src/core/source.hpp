// What the decoder reads from, JSON text or Doc, looks the same to it (a template parameter):
//
//   Shape shape()                    of the value at the cursor
//   Mark mark(), void seek(Mark)     the value at the cursor, to come back to or to blame
//   bool null(), boolean(bool&)      each of these takes the value if it is of that kind, else
//   leaves it Got integer(Int&), real(double&), text(string_view&), small(int64&) bool
//   bytes(string_view&), secret(string_view&), duration(Int&), variant(string_view&, uint32_t&)
//   Cursor open_map(), open_list()   where shape() said so
//   bool more(Cursor&)               is there another member or item? At the end it closes what was
//   opened bool key_is(const string& q)     takes the key if it is spelt exactly as the JSON string
//   `q` string_view key(); Mark last_key() void skip()                      passes one value over
//   Span span(Mark), key_span(Mark); string key_text(Mark), describe(Mark)     for issues
//
// Views of text stay good until the next text is read. What ends the reading is thrown as Fatal.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "kestrel/codec.hpp"
#include "kestrel/ir.hpp"
#include "kestrel/issue.hpp"
#include "numbers.hpp"

namespace kestrel {

enum class Shape : std::uint8_t {
  null,
  boolean,
  number,
  text,
  plain,
  bytes,
  map,
  list,
  variant,
  secret,
  duration
};

using Mark = std::uint32_t;
using Span = Place;

// Reading cannot go on: malformed, too deep.
struct Fatal {
  Issue issue;
};

// A member's name as the JSON string that spells it, for a look at one guess: sixteen bytes at
// once. What it is compared with can be read sixteen bytes on.
struct QuickName {
  const char* quoted;
  std::uint32_t size;
  bool usable;
  std::uint64_t head[2] = {}, mask[2] = {};

  QuickName(const std::string& name, bool use)
      : quoted(name.data()), size(static_cast<std::uint32_t>(name.size())), usable(use) {
    const std::size_t n = name.size() < 16 ? name.size() : 16;
    std::memcpy(head, quoted, n);
    std::memset(mask, 0xFF, n);
  }
  bool starts(const char* text) const {
    std::uint64_t words[2];
    std::memcpy(words, text, 16);
    return (((words[0] ^ head[0]) & mask[0]) | ((words[1] ^ head[1]) & mask[1])) == 0;
  }
  bool rest_is(const char* text) const {
    // The text's padding is no part of any name: `strncmp` stops there.
    return std::strncmp(text + 16, quoted + 16, size - 16) == 0;
  }
};

inline const char* shape_name(Shape shape) {
  static constexpr const char* names[] = {"null",      "a boolean", "a number",  "text",
                                          "a scalar",  "bytes",     "a map",     "a list",
                                          "a variant", "a secret",  "a duration"};
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
