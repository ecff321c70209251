// The cell's word holds the current slot's number and how many readers have come to it. One
// fetch_add both finds the slot and counts the reader, so there is no moment at which a reader
// knows a slot that it does not keep alive. Going, a reader counts itself off in the slot; a slot
// is free again when, after it was replaced, as many have gone as had come.
//
// Memory orders. (1) The word: publish stores with release after filling the slot, read adds with
// acquire, so a reader sees the filled slot; other readers' additions between the two are
// read-modify-writes and continue the release sequence. (2) Seat::gone: every change is acq_rel, so
// who brings it to `kDone` has all readers' uses of the slot behind it. (3) Seat::used: freeing
// stores with release after emptying the slot, publish loads with acquire before it fills it. A
// read of the word is a read-modify-write, hence sees the last value in the word's order: what
// happened before cannot be newer.
#include "kestrel/cell.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace kestrel {

namespace {

constexpr std::uint64_t kSeatBits = 16;
constexpr std::uint64_t kSeatMask = (1u << kSeatBits) - 1;
// one reader; counts wrap, modulo 2^48
constexpr std::uint64_t kOne = std::uint64_t{1} << kSeatBits;
constexpr std::uint64_t kDone = 1;  // replaced, and as many gone as came

struct alignas(64) Seat {
  // Bit 0: replaced. Above kSeatBits: who came (added when replaced) less who has gone.
  std::atomic<std::uint64_t> gone{0};
  std::atomic<bool> used{false};
  SnapshotPtr snapshot;
  std::uint64_t generation = 0;

  void free() {
    snapshot.reset();
    used.store(false, std::memory_order_release);
  }
  void leave() {
    if (gone.fetch_sub(kOne, std::memory_order_acq_rel) - kOne == kDone) free();
  }
  void retire(std::uint64_t came) {
    const std::uint64_t change = (came & ~kSeatMask) + kDone;
    if (gone.fetch_add(change, std::memory_order_acq_rel) + change == kDone) free();
  }
};

constexpr std::uint64_t kBlock = 64;
using Seats = std::array<Seat, kBlock>;

}  // namespace

struct Cell::Impl {
  alignas(64) std::atomic<std::uint64_t> word{0};
  // A slot is held only while a reader copies one pointer, so a block nearly always does; each
  // reader suspended just there holds one more, and blocks are added, never moved or freed, for
  // those.
  std::array<std::unique_ptr<Seats>, (kSeatMask + 1) / kBlock> blocks;

  std::mutex publishing;  // guards all below
  std::size_t block_count = 0;
  std::uint64_t generation = 0;
  std::vector<std::weak_ptr<const Snapshot>> earlier;

  Seat& slot(std::uint64_t number) { return (*blocks[number / kBlock])[number % kBlock]; }

  std::uint64_t free_slot() {
    for (std::size_t b = 0; b < block_count; ++b)
      for (std::size_t i = 0; i < kBlock; ++i)
        if (!(*blocks[b])[i].used.load(std::memory_order_acquire)) return b * kBlock + i;
    if (block_count == blocks.size()) throw std::length_error("cell: 65536 readers at once");
    blocks[block_count] = std::make_unique<Seats>();
    return block_count++ * kBlock;
  }

  std::uint64_t fill(SnapshotPtr snapshot, std::uint64_t its_generation) {
    const std::uint64_t number = free_slot();
    Seat& s = slot(number);
    s.snapshot = std::move(snapshot);
    s.generation = its_generation;
    s.gone.store(0, std::memory_order_relaxed);      // published by the word's release
    s.used.store(true, std::memory_order_relaxed);   // read by publishers alone, under the mutex
    return number;
  }

  void remember(const SnapshotPtr& replaced) {
    std::erase_if(earlier, [&](const auto& e) {
      const SnapshotPtr held = e.lock();
      return !held || held == replaced;
    });
    earlier.push_back(replaced);
  }
};

Cell::Cell(SnapshotPtr first, std::uint64_t generation) : impl_(std::make_unique<Impl>()) {
  impl_->generation = generation;
  impl_->word.store(impl_->fill(std::move(first), generation), std::memory_order_release);
}

Cell::~Cell() = default;

Cell::Reading Cell::read() const {
  const std::uint64_t seen = impl_->word.fetch_add(kOne, std::memory_order_acquire);
  Seat& slot = impl_->slot(seen & kSeatMask);
  Reading reading{slot.snapshot, slot.generation};
  slot.leave();
  return reading;
}

void Cell::publish(SnapshotPtr next, std::uint64_t generation) {
  SnapshotPtr replaced;  // let go after the mutex: freeing a snapshot takes a while
  const std::lock_guard lock(impl_->publishing);
  if (generation < impl_->generation)
    throw std::invalid_argument("cell: the generation is older than the current one");
  const std::uint64_t filled = impl_->fill(std::move(next), generation);
  // Only publishers change the slot's number, and this is the only one: its slot cannot be freed
  // here.
  replaced = impl_->slot(impl_->word.load(std::memory_order_relaxed) & kSeatMask).snapshot;
  const std::uint64_t before = impl_->word.exchange(filled, std::memory_order_acq_rel);
  impl_->slot(before & kSeatMask).retire(before);
  impl_->generation = generation;
  impl_->remember(replaced);
}

std::uint32_t Cell::pinned() const {
  const std::lock_guard lock(impl_->publishing);
  const std::uint64_t word = impl_->word.load(std::memory_order_relaxed);
  const SnapshotPtr& current = impl_->slot(word & kSeatMask).snapshot;
  std::uint32_t held = 0;
  for (const auto& e : impl_->earlier) {
    const SnapshotPtr snapshot = e.lock();
    held += snapshot && snapshot != current;
  }
  return held;
}

}  // namespace kestrel
