#include "kestrel/tree.hpp"

#include "kestrel/row_writer.hpp"

namespace kestrel {

Chunk* Chunk::make(std::uint32_t bytes) {
  static std::atomic<std::uint64_t> last_id{0};
  void* p = std::malloc(sizeof(Chunk) + bytes);
  if (!p) throw std::bad_alloc();
  auto* c = new (p) Chunk;
  c->bytes = bytes;
  c->id = last_id.fetch_add(1, std::memory_order_relaxed) + 1;
  return c;
}

const std::uint8_t* Tree::row(std::uint64_t i) const {
  for (const auto& branch : branches) {
    if (i >= branch->rows) {
      i -= branch->rows;
      continue;
    }
    for (std::uint32_t c = 0;; ++c) {
      const Chunk* chunk = branch->chunk[c].get();
      if (i < chunk->count) return chunk->row(static_cast<std::uint32_t>(i));
      i -= chunk->count;
    }
  }
  return nullptr;  // not reached: i < rows
}

void TreeBuilder::add(const std::uint8_t* row, std::uint32_t size) {
  check_size(placed_ + pending_.size() + size);
  starts_.push_back(static_cast<std::uint32_t>(pending_.size()));
  pending_.insert(pending_.end(), row, row + size);
  if (starts_.size() == kFan) close_chunk();
}

void TreeBuilder::add_chunk(const Shared<Chunk>& chunk) {
  close_chunk();
  place(chunk);
}

Tree TreeBuilder::finish() {
  close_chunk();
  placed_ = 0;
  return std::exchange(tree_, Tree());
}

void TreeBuilder::close_chunk() {
  if (starts_.empty()) return;
  const auto bytes = static_cast<std::uint32_t>(pending_.size());
  Shared<Chunk> chunk(Chunk::make(bytes));
  chunk->count = static_cast<std::uint32_t>(starts_.size());
  std::memcpy(chunk->offset, starts_.data(), starts_.size() * sizeof(std::uint32_t));
  chunk->offset[chunk->count] = bytes;
  std::memcpy(chunk->data, pending_.data(), bytes);
  pending_.clear();
  starts_.clear();
  place(std::move(chunk));
}

void TreeBuilder::place(Shared<Chunk> chunk) {
  if (tree_.branches.empty() || tree_.branches.back()->count == kFan)
    tree_.branches.emplace_back(new Branch);
  placed_ += chunk->bytes;
  check_size(placed_);
  Branch& branch = *tree_.branches.back();
  branch.rows += chunk->count;
  tree_.rows += chunk->count;
  branch.chunk[branch.count++] = std::move(chunk);
}

}  // namespace kestrel
