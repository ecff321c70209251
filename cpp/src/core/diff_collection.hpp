// The part of the Differ that is generic over how a collection is kept.
#pragma once

#include <optional>
#include <utility>

#include "diff.hpp"
#include "diff_cursors.hpp"
#include "kestrel/row_writer.hpp"

namespace kestrel {

template <class F>
void Differ::inside(F f) {
  const std::uint32_t tree = std::exchange(tree_, kNone);
  f();
  tree_ = tree;
}

template <class F>
void Differ::collection(Row a, Row b, const Slot& s, std::uint32_t slot, F f) {
  const std::uint32_t slots = s.layout->count();
  if (!s.tree) return f(BlockRows(a.block(slot, slots)), BlockRows(b.block(slot, slots)));
  tree_ = static_cast<std::uint32_t>(a.raw(slot));
  out_.tree_edited[tree_] = 1;
  f(TreeRows(out_.a->tree(a, slot), slots), TreeRows(out_.b->tree(b, slot), slots));
  tree_ = kNone;
}

}  // namespace kestrel
