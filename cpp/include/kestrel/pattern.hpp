// Text patterns: an RE2-like subset, compiled once to a bounded automaton over bytes of UTF-8.
// Matching is linear in the text, uses no stack, and means the whole text.
//
// The subset: characters, `.` (all but a newline), classes, `\d \w \s` and their complements
// (ASCII), groups, `|`, `* + ? {n,m}` up to 1000 (lazy ones mean the same), `^ $ \A \z`, the flags
// `(?i)` (ASCII letters) and `(?s)`. Refused, with a reason: backreferences, lookaround, word
// boundaries, `\p`.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kestrel/issue.hpp"

namespace kestrel {

// A minimal deterministic automaton over bytes. State 0 is dead: no text that leads there matches.
struct Automaton {
  std::array<std::uint8_t, 256> classes{};  // byte → class
  std::uint32_t width = 1;                  // number of classes
  std::uint32_t start = 0;                  // times `width`, as all of `next`
  std::vector<std::uint32_t> next;          // state * width + class → next state * width
  std::vector<std::uint8_t> accepting;      // by state

  std::uint32_t states() const { return static_cast<std::uint32_t>(accepting.size()); }
};

class Pattern {
 public:
  // At most so many states before the automaton is minimised.
  static constexpr std::uint32_t kMaxStates = 4096;

  // Throws Invalid: KS0120 (not a pattern; values `pattern`, `why`, `column`) or KS0121 (its
  // automaton is too large; values `pattern`, `limit`).
  static std::shared_ptr<const Pattern> compile(std::string_view source);

  bool matches(std::string_view text) const {
    std::uint32_t at = automaton_.start;
    for (std::size_t i = 0; i < text.size();) {
      at = step(at, text[i++]);
      if (at == 0) return false;
      // A state that leads to itself waits for no table: the processor foresees it.
      while (i < text.size() && step(at, text[i]) == at) ++i;
    }
    return automaton_.accepting[at / automaton_.width] != 0;
  }
  const std::string& source() const { return source_; }
  const Automaton& automaton() const { return automaton_; }

  // Does every text that matches `narrow` match `wide`? If not, `witness` gets a shortest
  // counterexample (valid UTF-8, readable where there is a choice). Throws Invalid KS0121 where the
  // two together are too large to decide.
  static bool contained(const Pattern& narrow, const Pattern& wide, std::string* witness = nullptr);

  // A pattern that a text has to match, or must not.
  struct Literal {
    const Pattern* pattern;
    bool matches;
  };

  // A shortest text (valid UTF-8) that is as all `literals` say; nothing if there is none. Throws
  // Invalid KS0121 where they are too large together.
  static std::optional<std::string> find(std::vector<Literal> literals);

  Pattern(std::string source, Automaton automaton)
      : source_(std::move(source)), automaton_(std::move(automaton)) {}

 private:
  std::uint32_t step(std::uint32_t at, char c) const {
    return automaton_.next[at + automaton_.classes[static_cast<unsigned char>(c)]];
  }

  std::string source_;
  Automaton automaton_;
};

}  // namespace kestrel
