// Which conditions need no evaluator: comparisons of `it`, or of its length, with constants, whole
// matches of constant patterns, and conjunctions of these.
#pragma once

#include "kestrel/layout.hpp"

namespace kestrel {

// Adds `where` to `bounds` if all of it is of that shape; else leaves `bounds` alone.
bool take_bounds(const ir::Expr& where, Kind kind, Bounds& bounds);
std::string length_bounds(const Bounds& b);  // `1..=64`
void merge(Bounds& into, const Bounds& more);

inline bool in_bounds(const Bounds& b, ir::Int value) {
  return (!b.has_lo || value >= b.lo) && (!b.has_hi || value <= b.hi);
}
inline bool bounds_length(const Bounds& b) { return b.min_len > 0 || b.max_len != 0xffff'ffffu; }
inline bool is_collection(Kind kind) {
  return kind == Kind::list || kind == Kind::map || kind == Kind::set;
}
// Is the number of a collection's items bounded?
inline bool limits_items(const Slot& slot) {
  return is_collection(slot.kind) && bounds_length(slot.bounds);
}
inline bool length_fits(const Bounds& b, std::uint32_t n) {
  return n >= b.min_len && n <= b.max_len;
}

}  // namespace kestrel
