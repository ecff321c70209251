// Containment of two patterns: a search, shortest texts first, for a text that the one accepts and
// the other does not.
#include <algorithm>
#include <unordered_map>

#include "kestrel/pattern.hpp"

namespace kestrel {
namespace {

constexpr std::size_t kMaxPairs = 1u << 20;

struct Pair {
  std::uint32_t narrow, wide;  // states, times width
  std::uint32_t parent;
  std::uint8_t byte;  // that led here
};

// How willingly a byte stands in a witness that a person reads.
int rank(unsigned byte) {
  if (byte >= 'a' && byte <= 'z') return 0;
  if (byte >= '0' && byte <= '9') return 1;
  if (byte >= 'A' && byte <= 'Z') return 2;
  return byte > ' ' && byte < 0x7f ? 3 : 4;
}

// One byte for each pair of classes, the most readable.
std::vector<std::uint8_t> joint_bytes(const Automaton& a, const Automaton& b) {
  std::vector<std::uint8_t> all(256), out;
  for (unsigned i = 0; i < 256; ++i) all[i] = static_cast<std::uint8_t>(i);
  std::stable_sort(all.begin(), all.end(), [](auto x, auto y) { return rank(x) < rank(y); });
  std::vector<bool> taken(std::size_t{a.width} * b.width);
  for (const std::uint8_t byte : all) {
    const std::size_t key = std::size_t{a.classes[byte]} * b.width + b.classes[byte];
    if (!taken[key]) out.push_back(byte);
    taken[key] = true;
  }
  return out;
}

class Search {
 public:
  Search(const Pattern& narrow, const Pattern& wide)
      : source_(narrow.source()),
        a_(narrow.automaton()),
        b_(wide.automaton()),
        bytes_(joint_bytes(a_, b_)) {}

  // The index of a pair that only `narrow` accepts; kNowhere if there is none.
  std::uint32_t run() {
    visit({a_.start, b_.start, kNowhere, 0});
    for (std::uint32_t i = 0; i < pairs_.size(); ++i) {
      const Pair at = pairs_[i];
      if (a_.accepting[at.narrow / a_.width] && !b_.accepting[at.wide / b_.width]) return i;
      for (const std::uint8_t byte : bytes_)
        visit(
            {a_.next[at.narrow + a_.classes[byte]], b_.next[at.wide + b_.classes[byte]], i, byte});
    }
    return kNowhere;
  }

  std::string text(std::uint32_t i) const {
    std::string out;
    for (; pairs_[i].parent != kNowhere; i = pairs_[i].parent)
      out.push_back(static_cast<char>(pairs_[i].byte));
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  void visit(Pair p) {
    if (p.narrow == 0 || !seen_.emplace(std::uint64_t{p.narrow} << 32 | p.wide, true).second)
      return;
    if (pairs_.size() == kMaxPairs)
      throw Invalid{{{"KS0121", {{"pattern", source_}, {"limit", std::to_string(kMaxPairs)}}, ""}}};
    pairs_.push_back(p);
  }

  const std::string& source_;
  const Automaton &a_, &b_;
  std::vector<std::uint8_t> bytes_;
  std::vector<Pair> pairs_;
  std::unordered_map<std::uint64_t, bool> seen_;
};

}  // namespace

bool Pattern::contained(const Pattern& narrow, const Pattern& wide, std::string* witness) {
  Search search(narrow, wide);
  const std::uint32_t found = search.run();
  if (found != kNowhere && witness) *witness = search.text(found);
  return found == kNowhere;
}

}  // namespace kestrel
