// A large collection: rows in chunks of at most 64, chunks in branches of at most 64. Immutable and
// shared: a changed tree owns new chunks where it differs and shares the rest.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include "kestrel/row.hpp"

namespace kestrel {

inline constexpr std::uint32_t kFan = 64;

// Intrusive shared pointer to a T with `std::atomic<std::uint32_t> refs` and `static void destroy(T*)`.
template <class T>
class Shared {
 public:
  Shared() = default;
  explicit Shared(T* adopted) : p_(adopted) {}  // takes over one count
  Shared(const Shared& o) : p_(o.p_) {
    if (p_) p_->refs.fetch_add(1, std::memory_order_relaxed);
  }
  Shared(Shared&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  Shared& operator=(Shared o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Shared() {
    if (p_ && p_->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) T::destroy(p_);
  }
  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  explicit operator bool() const { return p_ != nullptr; }
  bool operator==(const Shared& o) const { return p_ == o.p_; }

 private:
  T* p_ = nullptr;
};

// Up to 64 rows in one allocation, in order. A chunk that was written from another, with some rows
// replaced and none moved, knows which rows it need not be compared in: all the others are copies.
struct Chunk {
  std::atomic<std::uint32_t> refs{1};
  std::uint32_t count = 0;
  std::uint32_t bytes = 0;
  std::uint64_t id = 0;        // no other chunk of the process has or had it
  std::uint64_t origin = 0;    // the id of the chunk that it was written from; 0: none
  std::uint64_t replaced = 0;  // bit i: row i was not copied from the origin
  std::uint32_t offset[kFan + 1] = {};  // offset[count] == bytes
  alignas(8) std::uint8_t data[];

  static Chunk* make(std::uint32_t bytes);
  static void destroy(Chunk* c) {
    c->~Chunk();
    std::free(c);
  }
  const std::uint8_t* row(std::uint32_t i) const { return data + offset[i]; }
  // Rows that may differ from another chunk's of the same place; all of them, if nothing is known.
  std::uint64_t unlike(const Chunk& other) const {
    if (origin == other.id) return replaced;
    if (other.origin == id) return other.replaced;
    return origin == other.origin && origin != 0 ? replaced | other.replaced : ~std::uint64_t{0};
  }
};

struct Branch {
  std::atomic<std::uint32_t> refs{1};
  std::uint32_t count = 0;  // chunks
  std::uint32_t rows = 0;
  Shared<Chunk> chunk[kFan];

  // Counting references to the chunks is waiting for memory, unless all are asked for first.
  void prefetch() const {
    for (std::uint32_t c = 0; c < count; ++c) __builtin_prefetch(chunk[c].get(), 1);
  }
  static void destroy(Branch* b) {
    b->prefetch();
    delete b;
  }
};

// A value: copying it shares everything.
class Tree {
 public:
  std::vector<Shared<Branch>> branches;
  std::uint64_t rows = 0;

  // Row i; i < rows.
  const std::uint8_t* row(std::uint64_t i) const;
  // Fills from rows one after the other (TreeBuilder below).
};

// Packs rows into full chunks, in the order given. Throws Invalid (KS0415) beyond `kMaxValue` bytes.
class TreeBuilder {
 public:
  void add(const std::uint8_t* row, std::uint32_t size);
  void add_chunk(const Shared<Chunk>& chunk);  // shares a chunk whole; closes the one being filled
  Tree finish();

 private:
  void close_chunk();
  void place(Shared<Chunk> chunk);
  std::uint64_t placed_ = 0;  // bytes of the chunks
  std::vector<std::uint8_t> pending_;
  std::vector<std::uint32_t> starts_;
  Tree tree_;
};

// Walks rows in order, over a tree's chunks. `at_chunk_start` lets a diff skip a shared chunk whole.
class TreeCursor {
 public:
  explicit TreeCursor(const Tree& tree) : tree_(&tree) {}
  bool done() const { return branch_ >= tree_->branches.size(); }
  const std::uint8_t* row() const { return chunk()->row(row_); }
  const Chunk* chunk() const { return tree_->branches[branch_]->chunk[chunk_].get(); }
  std::uint32_t chunk_index() const { return chunk_; }
  const Branch* branch() const { return tree_->branches[branch_].get(); }
  bool at_chunk_start() const { return row_ == 0; }
  bool at_branch_start() const { return row_ == 0 && chunk_ == 0; }
  void next() {
    if (++row_ == chunk()->count) next_chunk();
  }
  void next_chunk() {
    row_ = 0;
    if (++chunk_ == branch()->count) next_branch();
  }
  void next_branch() {
    row_ = chunk_ = 0;
    ++branch_;
  }

 private:
  const Tree* tree_;
  std::size_t branch_ = 0;
  std::uint32_t chunk_ = 0, row_ = 0;
};

}  // namespace kestrel
