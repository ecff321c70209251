// Walking the rows of a collection in order, alike for trees and for blocks inside rows.
#pragma once

#include "kestrel/layout.hpp"
#include "kestrel/tree.hpp"

namespace kestrel {

class TreeRows {
 public:
  TreeRows(const Tree& tree, std::uint32_t slots) : cursor_(tree), slots_(slots) {}
  bool done() const { return cursor_.done(); }
  Row row() const { return {cursor_.row(), slots_}; }
  std::uint32_t index() const { return index_; }
  void next() {
    ++index_;
    cursor_.next();
  }
  // Where both stand at the start of the same branch or chunk: goes past it.
  static bool skip_shared(TreeRows& a, TreeRows& b) {
    if (!a.cursor_.at_chunk_start() || !b.cursor_.at_chunk_start()) return false;
    if (a.cursor_.at_branch_start() && b.cursor_.at_branch_start() &&
        a.cursor_.branch() == b.cursor_.branch()) {
      a.skip_branch();
      b.skip_branch();
      return true;
    }
    if (a.cursor_.chunk() != b.cursor_.chunk()) return false;
    a.skip_chunk();
    b.skip_chunk();
    return true;
  }

 private:
  void skip_branch() {
    index_ += cursor_.branch()->rows;
    cursor_.next_branch();
  }
  void skip_chunk() {
    index_ += cursor_.chunk()->count;
    cursor_.next_chunk();
  }
  TreeCursor cursor_;
  std::uint32_t slots_, index_ = 0;
};

class BlockRows {
 public:
  explicit BlockRows(Block block) : block_(block) {}
  bool done() const { return index_ == block_.count(); }
  Row row() const { return block_.row(index_); }
  std::uint32_t index() const { return index_; }
  void next() { ++index_; }
  static bool skip_shared(BlockRows&, BlockRows&) { return false; }

 private:
  Block block_;
  std::uint32_t index_ = 0;
};

}  // namespace kestrel
