// The tables that cpp/tools/make_tables.py makes of a grammar, as the parser reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace kestrel::parse {

enum class TerminalKind : std::uint8_t {
  kWhole,   // always the longest match
  kSplits,  // gives way to a shorter terminal where it cannot stand: `>=` to `>` in `Option<T>= x`
  kBad,     // a lexical error that has a pattern, such as text without its closing quotes
};

// `label` is what a fault calls it: the terminal's text if it has but one, else its name.
struct Terminal {
  const char* label;
  TerminalKind kind;
};

inline constexpr std::uint16_t kDead = 0xffff;    // no transition; no absent parts
inline constexpr std::uint16_t kEndOfText = 0;    // the terminal `$END`
inline constexpr std::uint16_t kNoTerminal = 0;   // what a state accepts that accepts nothing

struct Rule {
  std::uint32_t dropped;  // bit i: symbol i is punctuation and leaves no child
  std::uint16_t name;     // index into Grammar::rule_names
  std::uint16_t lhs;      // column of `gotos`
  std::uint16_t nones;    // index into Grammar::nones of length + 1 counts, or kDead
  std::uint8_t length;
  bool inlined;  // its children become its parent's
  bool expands;  // a single child stands for it
};

struct Start {
  const char* name;
  std::uint16_t first;  // the state before its text
  std::uint16_t last;   // the state after it
};

struct Grammar {
  std::span<const Terminal> terminals;

  // The lexer's automaton, over bytes; state 0 is the first.
  const std::uint8_t* byte_class;
  std::uint16_t classes;
  const std::uint16_t* next;     // [state * classes + class]
  const std::uint16_t* accepts;  // [state]: a terminal, or kNoTerminal

  // The parser's. An action is 0 for an error, n > 0 to shift and go to state n - 1, n < 0 to
  // reduce by rule -n - 1.
  const Rule* rules;
  std::span<const char* const> rule_names;
  const std::uint8_t* nones;
  const std::int16_t* actions;  // [state * terminals + terminal]
  const std::uint16_t* gotos;   // [state * nonterminals + lhs]: the state after a reduction
  std::size_t nonterminals;
  const std::uint8_t* restarts;  // [state]: can an item begin there?
  std::span<const Start> starts;

  // Terminals that the engine knows.
  std::uint16_t newline;
  std::uint16_t doc;
  std::uint16_t close_brace;

  // A line that begins with one of these characters or words goes on with the one before, unless
  // what follows the word shows that it is a name.
  std::string_view continuing;
  std::span<const std::string_view> continuing_words;

  [[nodiscard]] int action(std::uint16_t state, std::uint16_t terminal) const {
    return actions[state * terminals.size() + terminal];
  }
  [[nodiscard]] std::uint16_t after(std::uint16_t state, const Rule& rule) const {
    return gotos[state * nonterminals + rule.lhs];
  }
};

// The grammar of `.ks`: grammar/kestrel.lark.
const Grammar& kestrel_grammar();
// The grammar of `.kreg`: grammar/regmap.lark.
const Grammar& regmap_grammar();

}  // namespace kestrel::parse
