// Walking the rows of a collection in order, alike for trees and for blocks inside rows.
#pragma once

#include <algorithm>
#include <bit>

#include "equal_bytes.hpp"
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
  // Goes on in both for as long as their rows are equal.
  static void skip_equal(TreeRows& a, TreeRows& b) {
    while (!a.done() && !b.done()) {
      if (skip_shared(a, b)) continue;
      const std::uint64_t unlike = a.row_ == b.row_ ? a.chunk_->unlike(*b.chunk_) : kAllRows;
      if (unlike == kAllRows ? differ(a, b) : differ_in(unlike, a, b)) return;
    }
  }

 private:
  static constexpr std::uint64_t kAllRows = ~std::uint64_t{0};

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
  // Goes to where the chunks' rows differ. False: to the end of a chunk, if they do not.
  static bool differ(TreeRows& a, TreeRows& b) {
    const std::size_t size = std::min(a.left(), b.left());
    const std::size_t equal = equal_bytes(a.here(), b.here(), size);
    const std::uint32_t rows = a.rows_within(equal);
    a.skip_rows(rows);
    b.skip_rows(rows);
    return equal != size;
  }
  // The same where only the rows `unlike` may differ.
  static bool differ_in(std::uint64_t unlike, TreeRows& a, TreeRows& b) {
    for (unlike &= kAllRows << a.row_; unlike != 0; unlike &= unlike - 1) {
      a.row_ = b.row_ = static_cast<std::uint32_t>(std::countr_zero(unlike));
      if (!a.row().same_bytes(b.row())) return true;
    }
    a.skip_chunk();
    b.skip_chunk();
    return false;
  }
  // The bytes of the chunk's rows from this one on; rows of equal bytes end where they do.
  const std::uint8_t* here() const { return chunk_->row(row_); }
  std::size_t left() const { return chunk_->bytes - chunk_->offset[row_]; }
  // Rows of a chunk are of about one size, so the search begins near its end.
  std::uint32_t rows_within(std::size_t bytes) const {
    const std::size_t end = chunk_->offset[row_] + bytes;
    auto row = static_cast<std::uint32_t>(row_ + bytes * (chunk_->count - row_) / left());
    while (row < chunk_->count && chunk_->offset[row + 1] <= end) ++row;
    while (chunk_->offset[row] > end) --row;
    return row - row_;
  }
  void skip_rows(std::uint32_t rows) {
    row_ += rows;
    if (row_ == chunk_->count) skip_chunk();
  }
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
  static void skip_equal(BlockRows& a, BlockRows& b) {
    for (; !a.done() && !b.done() && a.row().same_bytes(b.row()); b.next()) a.next();
  }

 private:
  Block block_;
  std::uint32_t index_ = 0;
};

}  // namespace kestrel
