// Text to tree, by the tables of a grammar. Nothing here throws for bad input: what is wrong comes
// back as faults, and parsing goes on at the next item.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kestrel/grammar.hpp"

namespace kestrel::parse {

inline constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxBrackets = 128;  // brackets within brackets
inline constexpr std::uint16_t kMaxHeight = 400;  // nodes within nodes
inline constexpr std::size_t kMaxFaults = 100;

inline constexpr std::uint32_t kAbsent = 0xffffffff;

// Bytes `begin` to `end` of the text.
struct Range {
  std::uint32_t begin;
  std::uint32_t end;
};

// A node or, with `token` set, a terminal. Children are kids[first .. first + count), each the
// index of a node (all before this one) or kAbsent for an optional part that is not there.
struct Node {
  Range range;
  std::uint32_t first;
  std::uint32_t count;
  std::uint16_t symbol;  // of a node, index into Grammar::rule_names; of a token, the terminal
  std::uint16_t height;
  bool token;
};

enum class FaultKind : std::uint8_t {
  kUnexpected,  // a token that cannot stand there
  kUnclosed,    // `opener` has no closing bracket
  kCharacter,   // no token begins like this
  kBadNumber,
  kBadString,
  kBadBlock,
  kBadComment,
  kDeep,
  kLarge,
  kMany,  // more than kMaxFaults; parsing has stopped
};

struct Fault {
  FaultKind kind;
  Range range;
  std::uint32_t opener = kAbsent;       // the bracket that is still open, where that matters
  std::vector<std::uint16_t> expected;  // terminals that could have stood there
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<std::uint32_t> kids;
  std::uint32_t root = kAbsent;
  std::vector<Range> comments;
  std::vector<Fault> faults;
};

// Parse `range` of `text` as `start`. After a fault the tree lacks the items that could not be read;
// it has no root if nothing could be saved.
Tree parse(const Grammar& grammar, std::string_view text, Range range, const Start& start);

// The word for a kind in `kestrel.syntax.outcome`.
const char* name_of(FaultKind kind);

}  // namespace kestrel::parse
