// Walking the rows of a collection in order, alike for trees and for blocks inside rows.
#pragma once

#include "kestrel/layout.hpp"
#include "kestrel/tree.hpp"

namespace kestrel {

class TreeRows {
 public:
  TreeRows(const Tree& tree, std::uint32_t slots) : tree_(&tree), slots_(slots) { enter(); }
  bool done() const { return chunk_ == nullptr; }
  Row row() const { return {chunk_->row(row_), slots_}; }
  std::uint32_t index() const { return before_ + row_; }
  void next() {
    if (++row_ == chunk_->count) skip_chunk();
  }
  // Where both stand at the start of the same branch or chunk: goes past it.
  static bool skip_shared(TreeRows& a, TreeRows& b) {
    if (a.row_ != 0 || b.row_ != 0) return false;
    if (a.chunk_at_ == 0 && b.chunk_at_ == 0 && a.branch() == b.branch()) {
      a.skip_branch();
      b.skip_branch();
      return true;
    }
    if (a.chunk_ != b.chunk_) return false;
    a.skip_chunk();
    b.skip_chunk();
    return true;
  }

 private:
  const Branch* branch() const { return tree_->branches[branch_at_].get(); }
  void enter() {
    row_ = 0;
    chunk_ = branch_at_ < tree_->branches.size() ? branch()->chunk[chunk_at_].get() : nullptr;
  }
  void skip_chunk() {
    before_ += chunk_->count;
    if (++chunk_at_ == branch()->count) {
      chunk_at_ = 0;
      ++branch_at_;
    }
    enter();
  }
  void skip_branch() {
    before_ += branch()->rows;
    ++branch_at_;
    enter();
  }
  const Tree* tree_;
  const Chunk* chunk_ = nullptr;
  std::size_t branch_at_ = 0;
  std::uint32_t chunk_at_ = 0, row_ = 0, before_ = 0, slots_;
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
