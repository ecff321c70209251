// Emptiness of a conjunction of patterns and of complements of patterns: a search through the
// product of their automata, shortest texts first, for a text that all agree on. Containment is the
// case of one pattern and the complement of another.
#include <algorithm>
#include <unordered_set>

#include "kestrel/pattern.hpp"

namespace kestrel {
namespace {

constexpr std::size_t kMaxTuples = 1u << 20;

// How willingly a byte stands in a witness that a person reads.
int rank(unsigned byte) {
  if (byte >= 'a' && byte <= 'z') return 0;
  if (byte >= '0' && byte <= '9') return 1;
  if (byte >= 'A' && byte <= 'Z') return 2;
  return byte > ' ' && byte < 0x7f ? 3 : 4;
}

class Search {
 public:
  explicit Search(const std::vector<Pattern::Literal>& literals)
      : literals_(literals), seen_(64, Hash{this}, Same{this}) {
    find_bytes();
  }

  // A text; nothing if no text is like that.
  std::optional<std::string> run() {
    std::vector<std::uint32_t> tuple;
    for (const auto& l : literals_) tuple.push_back(l.pattern->automaton().start);
    visit(tuple, kNowhere, 0);
    for (std::uint32_t i = 0; i < parents_.size(); ++i) {
      if (accepts(i)) return text(i);
      for (const std::uint8_t byte : bytes_) {
        for (std::size_t k = 0; k < literals_.size(); ++k) {
          const Automaton& a = literals_[k].pattern->automaton();
          tuple[k] = a.next[at(i)[k] + a.classes[byte]];
        }
        visit(tuple, i, byte);
      }
    }
    return std::nullopt;
  }

 private:
  struct Hash {
    const Search* search;
    std::size_t operator()(std::uint32_t i) const {
      std::uint64_t h = 0xcbf29ce484222325;
      for (std::size_t k = 0; k < search->literals_.size(); ++k)
        h = (h ^ search->at(i)[k]) * 0x9e3779b97f4a7c15, h ^= h >> 29;
      return h;
    }
  };
  struct Same {
    const Search* search;
    bool operator()(std::uint32_t i, std::uint32_t j) const {
      return std::equal(search->at(i), search->at(i) + search->literals_.size(), search->at(j));
    }
  };

  const std::uint32_t* at(std::uint32_t i) const { return &states_[i * literals_.size()]; }

  // One byte, the most readable, for each way in which the automata tell bytes apart.
  void find_bytes() {
    std::vector<std::uint8_t> all(256);
    for (unsigned i = 0; i < 256; ++i) all[i] = static_cast<std::uint8_t>(i);
    std::stable_sort(all.begin(), all.end(), [](auto x, auto y) { return rank(x) < rank(y); });
    std::unordered_set<std::string> taken;
    for (const std::uint8_t byte : all) {
      std::string classes;
      for (const auto& l : literals_)
        classes.push_back(static_cast<char>(l.pattern->automaton().classes[byte]));
      if (taken.insert(classes).second) bytes_.push_back(byte);
    }
  }

  bool accepts(std::uint32_t i) const {
    for (std::size_t k = 0; k < literals_.size(); ++k) {
      const Automaton& a = literals_[k].pattern->automaton();
      if ((a.accepting[at(i)[k] / a.width] != 0) != literals_[k].matches) return false;
    }
    return true;
  }

  std::string text(std::uint32_t i) const {
    std::string out;
    for (; parents_[i] != kNowhere; i = parents_[i]) out.push_back(static_cast<char>(came_by_[i]));
    std::reverse(out.begin(), out.end());
    return out;
  }

  // A tuple in which a pattern that has to match is dead leads to no text.
  void visit(const std::vector<std::uint32_t>& tuple, std::uint32_t parent, std::uint8_t byte) {
    for (std::size_t k = 0; k < tuple.size(); ++k)
      if (literals_[k].matches && tuple[k] == 0) return;
    const auto index = static_cast<std::uint32_t>(parents_.size());
    states_.insert(states_.end(), tuple.begin(), tuple.end());
    if (!seen_.insert(index).second) return states_.resize(states_.size() - tuple.size());
    if (index == kMaxTuples) too_large();
    parents_.push_back(parent);
    came_by_.push_back(byte);
  }

  [[noreturn]] void too_large() const {
    const std::string& source = literals_.front().pattern->source();
    throw Invalid{{{"KS0121", {{"pattern", source}, {"limit", std::to_string(kMaxTuples)}}, ""}}};
  }

  const std::vector<Pattern::Literal>& literals_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint32_t> states_;   // tuples, one behind the other; states times width
  std::vector<std::uint32_t> parents_;  // of each tuple
  std::vector<std::uint8_t> came_by_;   // the byte that led to each tuple
  std::unordered_set<std::uint32_t, Hash, Same> seen_;
};

}  // namespace

std::optional<std::string> Pattern::find(std::vector<Literal> literals) {
  // First, so that no complement leads outside UTF-8.
  static const std::shared_ptr<const Pattern> any = compile("(?s).*");
  literals.insert(literals.begin(), {any.get(), true});
  return Search(literals).run();
}

bool Pattern::contained(const Pattern& narrow, const Pattern& wide, std::string* witness) {
  const std::vector<Literal> literals{{&narrow, true}, {&wide, false}};
  const auto found = Search(literals).run();
  if (found && witness) *witness = *found;
  return !found;
}

}  // namespace kestrel
