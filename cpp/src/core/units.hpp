// Durations and sizes as data files write them: `1h30m`, `250ms`, `64MiB`.
#pragma once

#include <string>
#include <string_view>

#include "kestrel/ir.hpp"

namespace kestrel {

// What the words of `@units(…)`, parted by ", ", say: of sizes, `binary` (KB is 1024 bytes) and
// `named` (a number but 0 names its unit); of durations, which units may stand.
struct Units {
  bool binary = false, named = false;
  std::string_view times;  // as they were written; empty: all but years

  static Units of(std::string_view words);
};

// duration := "-"? (digits unit)+ with units in falling order, w d h m s ms us ns (`min` is `m`),
// each at most once; or `0`. Where units are said, there is no sign, and a year is 365 days.
bool parse_duration(std::string_view text, const Units& units, ir::Int& nanoseconds);
void put_duration(std::string& out, std::int64_t nanoseconds);

// size := digits ("." digits)? unit?; units B, KB.. (of 1000, or of 1024 where `binary`), KiB.. (of
// 1024); rounded down to a whole byte.
bool parse_size(std::string_view text, const Units& units, ir::Int& bytes);
void put_size(std::string& out, std::uint64_t bytes, bool binary);

}  // namespace kestrel
