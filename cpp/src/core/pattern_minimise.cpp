// The least automaton of the same language (Hopcroft): states stay in one block until a byte class
// leads some of them into a block and others not.
#include <utility>

#include "pattern_automaton.hpp"

namespace kestrel::pattern {
namespace {

class Partition {
 public:
  struct Block {
    std::uint32_t begin, end, marked;  // of `order_`; the first `marked` are marked
  };

  explicit Partition(std::uint32_t states) : order_(states), place_(states), block_of_(states, 0) {
    for (std::uint32_t s = 0; s < states; ++s) order_[s] = place_[s] = s;
    blocks_.push_back({0, states, 0});
  }

  std::uint32_t count() const { return static_cast<std::uint32_t>(blocks_.size()); }
  std::uint32_t block_of(std::uint32_t state) const { return block_of_[state]; }
  std::uint32_t size(std::uint32_t block) const {
    return blocks_[block].end - blocks_[block].begin;
  }
  std::uint32_t member(std::uint32_t block, std::uint32_t i) const {
    return order_[blocks_[block].begin + i];
  }

  void mark(std::uint32_t state) {
    Block& b = blocks_[block_of_[state]];
    const std::uint32_t to = b.begin + b.marked;
    if (place_[state] < to) return;
    if (b.marked++ == 0) touched_.push_back(block_of_[state]);
    swap_places(place_[state], to);
  }

  // Splits every block that has marked and unmarked states; `on_split(old, fresh)`.
  template <class F>
  void split_marked(F on_split) {
    for (const std::uint32_t id : std::exchange(touched_, {})) {
      const Block b = blocks_[id];
      blocks_[id].marked = 0;
      if (b.begin + b.marked == b.end) continue;
      blocks_[id].begin = b.begin + b.marked;
      const std::uint32_t fresh = count();
      blocks_.push_back({b.begin, b.begin + b.marked, 0});
      for (std::uint32_t i = b.begin; i < b.begin + b.marked; ++i) block_of_[order_[i]] = fresh;
      on_split(id, fresh);
    }
  }

 private:
  void swap_places(std::uint32_t a, std::uint32_t b) {
    std::swap(order_[a], order_[b]);
    place_[order_[a]] = a;
    place_[order_[b]] = b;
  }

  std::vector<std::uint32_t> order_, place_, block_of_, touched_;
  std::vector<Block> blocks_;
};

// Which states lead to a state by a byte of a class.
class Inverse {
 public:
  explicit Inverse(const Automaton& a)
      : begin_(std::size_t{a.width} * a.states() + 1, 0), states_(a.states()) {
    each(a, [this](std::size_t key, std::uint32_t) { ++begin_[key + 1]; });
    for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
    from_.resize(begin_.back());
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    each(a, [&](std::size_t key, std::uint32_t from) { from_[next[key]++] = from; });
  }

  template <class F>
  void leading_to(std::uint32_t state, std::uint32_t byte_class, F visit) const {
    const std::size_t key = std::size_t{byte_class} * states_ + state;
    for (std::uint32_t i = begin_[key]; i < begin_[key + 1]; ++i) visit(from_[i]);
  }

 private:
  template <class F>
  void each(const Automaton& a, F visit) const {
    for (std::uint32_t s = 0; s < a.states(); ++s)
      for (std::uint32_t c = 0; c < a.width; ++c)
        visit(std::size_t{c} * states_ + a.next[std::size_t{s} * a.width + c] / a.width, s);
  }

  std::vector<std::uint32_t> begin_, from_;
  std::uint32_t states_;
};

Partition refine(const Automaton& a) {
  const Inverse inverse(a);
  Partition parts(a.states());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> work;
  std::vector<std::uint8_t> waiting(std::size_t{a.states()} * a.width, 0);
  const auto add = [&](std::uint32_t block, std::uint32_t c) {
    if (!std::exchange(waiting[std::size_t{block} * a.width + c], std::uint8_t{1}))
      work.push_back({block, c});
  };
  const auto on_split = [&](std::uint32_t old, std::uint32_t fresh) {
    for (std::uint32_t c = 0; c < a.width; ++c) {
      const bool old_waits = waiting[std::size_t{old} * a.width + c];
      add(old_waits || parts.size(fresh) <= parts.size(old) ? fresh : old, c);
    }
  };
  for (std::uint32_t s = 0; s < a.states(); ++s)
    if (a.accepting[s]) parts.mark(s);
  parts.split_marked(on_split);
  std::vector<std::uint32_t> splitter;
  while (!work.empty()) {
    const auto [block, c] = work.back();
    work.pop_back();
    waiting[std::size_t{block} * a.width + c] = 0;
    splitter.clear();
    for (std::uint32_t i = 0; i < parts.size(block); ++i)
      splitter.push_back(parts.member(block, i));
    for (const std::uint32_t s : splitter)
      inverse.leading_to(s, c, [&](std::uint32_t from) { parts.mark(from); });
    parts.split_marked(on_split);
  }
  return parts;
}

}  // namespace

Automaton minimise(const Automaton& full) {
  const Partition parts = refine(full);
  constexpr std::uint32_t kUnseen = 0xffff'ffff;
  std::vector<std::uint32_t> number(parts.count(), kUnseen), order;
  const auto visit = [&](std::uint32_t state) {
    const std::uint32_t block = parts.block_of(state);
    if (number[block] == kUnseen) {
      number[block] = static_cast<std::uint32_t>(order.size());
      order.push_back(block);
    }
    return number[block];
  };
  Automaton out;
  out.classes = full.classes;
  out.width = full.width;
  visit(0);  // the dead state stays 0
  out.start = out.width * visit(full.start / full.width);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint32_t state = parts.member(order[i], 0);
    out.accepting.push_back(full.accepting[state]);
    for (std::uint32_t c = 0; c < out.width; ++c)
      out.next.push_back(out.width *
                         visit(full.next[std::size_t{state} * full.width + c] / full.width));
  }
  return out;
}

}  // namespace kestrel::pattern
