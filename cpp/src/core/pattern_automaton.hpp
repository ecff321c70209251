// From a pattern's tree to its automaton: a nondeterministic one over bytes, made deterministic,
// made minimal. Internal to the core.
#pragma once

#include "kestrel/pattern.hpp"
#include "pattern_tree.hpp"

namespace kestrel::pattern {

// The automaton would grow beyond its bounds.
struct TooLarge {};

struct NfaState {
  enum class Kind : std::uint8_t {
    byte,   // a byte in lo..=hi leads to `out`
    split,  // `out` or `other`, on nothing
    begin,  // `out`, on nothing, at the text's beginning
    end,    // `out`, on nothing, at the text's end
    match,
  } kind;
  std::uint8_t lo = 0, hi = 0;
  std::uint32_t out = 0, other = 0;
};

struct Nfa {
  std::vector<NfaState> states;
  std::uint32_t start = 0;
};

Nfa build_nfa(const Tree& tree);        // throws TooLarge
Automaton determinise(const Nfa& nfa);  // throws TooLarge
Automaton minimise(const Automaton& full);

}  // namespace kestrel::pattern
