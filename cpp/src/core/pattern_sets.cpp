// Sets of code points.
#include <algorithm>

#include "pattern_tree.hpp"
#include "utf8.hpp"

namespace kestrel::pattern {

CodeSet normalise(CodeSet set) {
  std::sort(set.begin(), set.end(), [](Range a, Range b) { return a.lo < b.lo; });
  CodeSet out;
  for (const Range r : set) {
    if (!out.empty() && r.lo <= out.back().hi + 1)
      out.back().hi = std::max(out.back().hi, r.hi);
    else
      out.push_back(r);
  }
  return out;
}

CodeSet complement(const CodeSet& set) {
  CodeSet out;
  std::uint32_t next = 0;
  for (const Range r : set) {
    if (r.lo > next) out.push_back({next, r.lo - 1});
    next = r.hi + 1;
  }
  if (next <= utf8::kMax) out.push_back({next, utf8::kMax});
  return out;
}

void add(CodeSet& set, const CodeSet& more) { set.insert(set.end(), more.begin(), more.end()); }

CodeSet fold_ascii(CodeSet set) {
  const CodeSet as_written = set;
  const auto mirror = [&](std::uint32_t first, std::uint32_t last, int distance) {
    for (const Range r : as_written) {
      const std::uint32_t lo = std::max(r.lo, first), hi = std::min(r.hi, last);
      if (lo <= hi) set.push_back({lo + distance, hi + distance});
    }
  };
  mirror('a', 'z', 'A' - 'a');
  mirror('A', 'Z', 'a' - 'A');
  return normalise(std::move(set));
}

}  // namespace kestrel::pattern
