// Nondeterministic → deterministic, by subsets: a state is the set of states that the text so far
// may have led to. Both the number of states and the work are bounded.
#include <algorithm>
#include <bitset>
#include <map>

#include "pattern_automaton.hpp"

namespace kestrel::pattern {
namespace {

// Visits of states: some hundredths of a second, where patterns that people write take thousandths.
constexpr std::uint64_t kMaxWork = 5'000'000;

using Kind = NfaState::Kind;
using Set = std::vector<std::uint32_t>;  // ascending; states of kind byte, end and match

class Subsets {
 public:
  explicit Subsets(const Nfa& nfa) : nfa_(nfa), seen_(nfa.states.size(), 0) { number_classes(); }

  Automaton run() {
    find({});  // the dead state
    out_.start = out_.width * add_state(closure({nfa_.start}, true, false), starts_accepting());
    for (std::size_t state = 0; state < sets_.size(); ++state) {
      const std::vector<Set> seeds = seeds_of(sets_[state]);
      for (std::uint32_t c = 0; c < out_.width; ++c)
        out_.next.push_back(c > 0 && seeds[c] == seeds[c - 1] ? out_.next.back() : step(seeds[c]));
    }
    return std::move(out_);
  }

 private:
  // Bytes that no state tells apart are one class; classes ascend with bytes.
  void number_classes() {
    std::bitset<257> begins;
    for (const NfaState& s : nfa_.states) {
      if (s.kind != Kind::byte || s.lo > s.hi) continue;
      begins.set(s.lo);
      begins.set(std::size_t{s.hi} + 1);
    }
    std::uint32_t current = 0;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (byte > 0 && begins[byte]) ++current;
      out_.classes[byte] = static_cast<std::uint8_t>(current);
    }
    out_.width = current + 1;
  }

  bool starts_accepting() { return has_match(closure({nfa_.start}, true, true)); }
  bool has_match(const Set& set) const {
    return std::any_of(set.begin(), set.end(),
                       [this](auto s) { return nfa_.states[s].kind == Kind::match; });
  }

  // All that `seeds` lead to on nothing.
  Set closure(Set pending, bool at_begin, bool at_end) {
    Set out;
    ++stamp_;
    while (!pending.empty()) {
      const std::uint32_t id = pending.back();
      pending.pop_back();
      if (seen_[id] == stamp_) continue;
      seen_[id] = stamp_;
      if (++work_ > kMaxWork) throw TooLarge{};
      const NfaState& s = nfa_.states[id];
      if (s.kind == Kind::split) pending.push_back(s.other);
      const bool passes = s.kind == Kind::split || (s.kind == Kind::begin && at_begin) ||
                          (s.kind == Kind::end && at_end);
      if (passes)
        pending.push_back(s.out);
      else if (s.kind != Kind::begin)
        out.push_back(id);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  // For each class, where a byte of it leads.
  std::vector<Set> seeds_of(const Set& set) {
    std::vector<Set> seeds(out_.width);
    for (const std::uint32_t id : set) {
      const NfaState& s = nfa_.states[id];
      if (s.kind != Kind::byte || s.lo > s.hi) continue;
      for (std::uint32_t c = out_.classes[s.lo]; c <= out_.classes[s.hi]; ++c)
        seeds[c].push_back(s.out);
      work_ += out_.classes[s.hi] - out_.classes[s.lo];
    }
    return seeds;
  }

  std::uint32_t step(const Set& seeds) { return out_.width * find(closure(seeds, false, false)); }

  std::uint32_t find(Set set) {
    const auto known = numbers_.find(set);
    if (known != numbers_.end()) return known->second;
    const bool accepts = has_match(set) || has_match(closure(set, false, true));
    const std::uint32_t number = add_state(set, accepts);
    numbers_.emplace(std::move(set), number);
    return number;
  }

  // The start state is not among the numbered: at the beginning, the same set may mean more.
  std::uint32_t add_state(Set set, bool accepts) {
    if (sets_.size() >= Pattern::kMaxStates) throw TooLarge{};
    sets_.push_back(std::move(set));
    out_.accepting.push_back(accepts);
    return static_cast<std::uint32_t>(sets_.size() - 1);
  }

  const Nfa& nfa_;
  Automaton out_;
  std::vector<Set> sets_;
  std::map<Set, std::uint32_t> numbers_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t stamp_ = 0;
  std::uint64_t work_ = 0;
};

}  // namespace

Automaton determinise(const Nfa& nfa) { return Subsets(nfa).run(); }

}  // namespace kestrel::pattern
