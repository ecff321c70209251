// The syntax tree of a text pattern, between its parser and its automaton. Internal to the core.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kestrel::pattern {

struct Range {
  std::uint32_t lo, hi;  // code points, both included
};
using CodeSet = std::vector<Range>;  // ascending, disjoint, not adjacent

CodeSet normalise(CodeSet set);
CodeSet complement(const CodeSet& set);       // within the code points that UTF-8 can say
CodeSet fold_ascii(CodeSet set);              // with both cases of every ASCII letter in it
void add(CodeSet& set, const CodeSet& more);  // appends; normalise afterwards

struct Node {
  enum class Kind : std::uint8_t {
    set,     // one code point of `set`
    concat,  // kids one after the other; none: the empty text
    choice,  // any of the kids
    repeat,  // kids[0], min to max times
    begin,   // only at the text's beginning
    end,     // only at the text's end
  } kind;
  CodeSet set;
  std::vector<std::uint32_t> kids;
  std::uint32_t min = 0, max = 0;
};

inline constexpr std::uint32_t kUnbounded = 0xffff'ffff;
inline constexpr std::uint32_t kMaxRepeat = 1000;
inline constexpr std::uint32_t kMaxDepth = 100;

struct Tree {
  std::vector<Node> nodes;
  std::uint32_t root = 0;
};

// Not a pattern of the subset: why, and at which character of it (from 1).
struct Refused {
  std::string why;
  std::size_t column;
};

Tree parse(std::string_view source);  // throws Refused

}  // namespace kestrel::pattern
