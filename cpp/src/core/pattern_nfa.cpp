// A pattern's tree → a nondeterministic automaton over bytes (Thompson's construction, from the end
// of the pattern to its beginning: each part is made with the state that follows it at hand).
#include <map>
#include <tuple>

#include "pattern_automaton.hpp"
#include "text.hpp"
#include "utf8.hpp"

namespace kestrel::pattern {
namespace {

constexpr std::uint32_t kMaxWork = 32768;  // states, and visits of tree nodes

using Kind = NfaState::Kind;

class Builder {
 public:
  explicit Builder(const Tree& tree) : tree_(tree) {}

  Nfa run() {
    const std::uint32_t match = make({Kind::match});
    nfa_.start = build(tree_.root, match);
    return std::move(nfa_);
  }

 private:
  void work() {
    if (++work_ > kMaxWork) throw TooLarge{};
  }
  std::uint32_t make(NfaState state) {
    work();
    nfa_.states.push_back(state);
    return static_cast<std::uint32_t>(nfa_.states.size() - 1);
  }
  std::uint32_t split(std::uint32_t out, std::uint32_t other) {
    return make({Kind::split, 0, 0, out, other});
  }

  // The state from which `id` and then `after` match.
  std::uint32_t build(std::uint32_t id, std::uint32_t after) {
    work();
    const Node& node = tree_.nodes[id];
    switch (node.kind) {
      case Node::Kind::set: return one_of(node.set, after);
      case Node::Kind::concat: return sequence(node, after);
      case Node::Kind::choice: return choice(node, after);
      case Node::Kind::repeat: return repeat(node, after);
      case Node::Kind::begin: return make({Kind::begin, 0, 0, after});
      case Node::Kind::end: return make({Kind::end, 0, 0, after});
    }
    return after;
  }

  std::uint32_t sequence(const Node& node, std::uint32_t after) {
    for (auto kid = node.kids.rbegin(); kid != node.kids.rend(); ++kid) after = build(*kid, after);
    return after;
  }

  std::uint32_t choice(const Node& node, std::uint32_t after) {
    std::uint32_t all = build(node.kids[0], after);
    for (std::size_t i = 1; i < node.kids.size(); ++i) all = split(all, build(node.kids[i], after));
    return all;
  }

  std::uint32_t repeat(const Node& node, std::uint32_t after) {
    std::uint32_t at = after;
    if (node.max == kUnbounded) {
      at = split(after, after);
      const std::uint32_t body = build(node.kids[0], at);
      nfa_.states[at].out = body;
    } else {
      for (std::uint32_t i = node.min; i < node.max; ++i)
        at = split(build(node.kids[0], at), after);
    }
    for (std::uint32_t i = 0; i < node.min; ++i) at = build(node.kids[0], at);
    return at;
  }

  // ---- sets of code points, as sequences of byte ranges
  std::uint32_t one_of(const CodeSet& set, std::uint32_t after) {
    suffixes_.clear();
    heads_.clear();
    for (const Range r : set) without_surrogates(r, after);
    if (heads_.empty()) return make({Kind::byte, 1, 0, after});  // an empty range: never
    std::uint32_t all = heads_[0];
    for (std::size_t i = 1; i < heads_.size(); ++i) all = split(heads_[i], all);
    return all;
  }

  void without_surrogates(Range r, std::uint32_t after) {
    constexpr std::uint32_t first = 0xd800, last = 0xdfff;
    if (r.lo < first) by_length({r.lo, std::min(r.hi, first - 1)}, after);
    if (r.hi > last) by_length({std::max(r.lo, last + 1), r.hi}, after);
  }

  void by_length(Range r, std::uint32_t after) {
    for (const std::uint32_t last : {0x7fu, 0x7ffu, 0xffffu, utf8::kMax}) {
      if (r.lo > last) continue;
      by_prefix({r.lo, std::min(r.hi, last)}, after);
      if (r.hi <= last) return;
      r.lo = last + 1;
    }
  }

  // Code points of one length, split until all bytes but those of a common prefix and one range
  // after it are free: then the range is a sequence of byte ranges.
  void by_prefix(Range r, std::uint32_t after) {
    for (std::uint32_t free = 0x3f; r.lo > 0x7f && free < r.hi; free = free << 6 | 0x3f) {
      if ((r.lo & ~free) == (r.hi & ~free)) break;
      if ((r.lo & free) != 0) return split_range(r, r.lo | free, after);
      if ((r.hi & free) != free) return split_range(r, (r.hi & ~free) - 1, after);
    }
    bytes(r, after);
  }

  void split_range(Range r, std::uint32_t last_of_first, std::uint32_t after) {
    by_prefix({r.lo, last_of_first}, after);
    by_prefix({last_of_first + 1, r.hi}, after);
  }

  void bytes(Range r, std::uint32_t after) {
    std::string lo, hi;
    put_utf8(lo, r.lo);
    put_utf8(hi, r.hi);
    std::uint32_t at = after;
    for (std::size_t i = lo.size(); i-- > 0;) {
      const auto from = static_cast<std::uint8_t>(lo[i]), to = static_cast<std::uint8_t>(hi[i]);
      at = i == 0 ? make({Kind::byte, from, to, at}) : suffix(from, to, at);
    }
    heads_.push_back(at);
  }

  // Sequences share their ends.
  std::uint32_t suffix(std::uint8_t lo, std::uint8_t hi, std::uint32_t after) {
    const auto [place, fresh] = suffixes_.try_emplace({lo, hi, after}, 0);
    if (fresh) place->second = make({Kind::byte, lo, hi, after});
    return place->second;
  }

  const Tree& tree_;
  Nfa nfa_;
  std::uint32_t work_ = 0;
  std::map<std::tuple<std::uint8_t, std::uint8_t, std::uint32_t>, std::uint32_t> suffixes_;
  std::vector<std::uint32_t> heads_;
};

}  // namespace

Nfa build_nfa(const Tree& tree) { return Builder(tree).run(); }

}  // namespace kestrel::pattern
