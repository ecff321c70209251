// Text patterns: an RE2-like subset, compiled once to a bounded automaton over bytes of UTF-8. Matching
// is linear in the text, uses no stack, and means the whole text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kestrel/issue.hpp"

namespace kestrel {

class Pattern {
 public:
  // Throws Invalid: KS0120 (not a pattern; values `pattern`, `why`, `column`) or KS0121 (its automaton
  // is too large; values `pattern`, `limit`).
  static std::shared_ptr<const Pattern> compile(std::string_view source);

  bool matches(std::string_view text) const;
  const std::string& source() const { return source_; }

  // Does every text that matches `narrow` match `wide`? If not, `witness` gets a shortest counterexample.
  static bool contained(const Pattern& narrow, const Pattern& wide, std::string* witness = nullptr);

 private:
  std::string source_;
  std::vector<std::uint8_t> classes_;    // byte → class, 256
  std::vector<std::uint16_t> next_;      // state × class → state; state 0 is dead
  std::vector<std::uint8_t> accepting_;  // by state
  std::uint16_t start_ = 0, width_ = 0;  // width: number of classes
};

}  // namespace kestrel
