// What the core finds wrong. It names a code of the one table (python/kestrel/text/codes.py) and the
// values that the code's message needs; sentences are made above.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kestrel {

inline constexpr std::uint32_t kNowhere = 0xffff'ffff;

struct Issue {
  std::string code;                                         // e.g. "KS0402"
  std::vector<std::pair<std::string, std::string>> values;  // what the message's template names
  std::string path;                                         // JSON Pointer into the document, if any
  std::uint32_t begin = kNowhere, end = kNowhere;           // bytes of the data read, if known
  // Where in the IR the reason stands (`At`: source, start, end), e.g. the rule that failed.
  std::uint32_t at_source = kNowhere, at_begin = 0, at_end = 0;
  // Of a rule that does not hold: JSON Pointers of the fields that it failed on, of those that said
  // which part of it is to hold, and whether it says itself (`at`) that `path` is to blame.
  std::vector<std::string> read = {}, context = {};
  bool steered = false;
};

using Issues = std::vector<Issue>;

// What stands at a secret in the data that were read, and is not to be shown.
struct Hidden {
  std::string path;
  std::uint32_t begin, end;
};

// Thrown by every function here that can fail on bad input; never empty.
struct Invalid {
  Issues issues;
  std::vector<Hidden> hidden = {};
};

}  // namespace kestrel
