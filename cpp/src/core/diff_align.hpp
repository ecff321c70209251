// Aligning two sequences of which equal stretches are known already. Items are told apart by ids:
// equal ids, equal items (in a list with @key: equal keys).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace kestrel {

// Where the sequences differ: items a_at.. and b_at.., with `a` and `b` their ids. What lies
// between two gaps is equal, item for item.
struct Gap {
  std::uint32_t a_at = 0, b_at = 0;
  std::vector<std::uint32_t> a, b;
};

inline constexpr std::uint32_t kNone = 0xffff'ffff;

// Where an item of b comes from: an item of a, or kNone; `moved` where it does not keep its order.
struct Origin {
  std::uint32_t from = kNone;
  bool moved = false;
};

// By gap, by item of b in it.
using Origins = std::vector<std::vector<Origin>>;

// Are two unequal items near enough to edit one into the other? Given by their places in a and b.
using Similar = std::function<bool(std::uint32_t, std::uint32_t)>;

// The fewest edits, nearly: items that occur once on both sides are anchors (patience), the longest
// run of them in order stays and the others move; small stretches between anchors are aligned
// exactly (similar items edited in place, others replaced), large ones by Myers' algorithm within
// bounds, or position by position. With `keyed`, ids alone decide: an item whose key is new is
// added.
Origins align(const std::vector<Gap>& gaps, bool keyed, const Similar& similar);

// An alignment as operations on an array, one after the other.
struct ListScript {
  struct Move {
    std::uint32_t from, to, item;  // indices at that moment; b's item
  };
  struct Pair {
    std::uint32_t a, b;
  };
  std::vector<std::uint32_t> removed;  // items of a, from the last
  std::vector<Move> moves;
  std::vector<std::uint32_t> added;    // items of b, from the first
  std::vector<Pair> pairs;             // items that stay (or moved), perhaps changed, by b
};
ListScript script(std::uint32_t a_count, std::uint32_t b_count, const std::vector<Gap>& gaps,
                  const Origins& origins);

}  // namespace kestrel
