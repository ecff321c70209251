// Publishes the current snapshot to readers that take no lock and never wait. Split reference
// count: a reader takes its own count of the snapshot and leaves the cell's slot at once.
#pragma once

#include <cstdint>
#include <memory>

#include "kestrel/snapshot.hpp"

namespace kestrel {

class Cell {
 public:
  Cell(SnapshotPtr first, std::uint64_t generation);
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;
  ~Cell();

  struct Reading {
    SnapshotPtr snapshot;
    std::uint64_t generation;
  };
  // Wait-free; never older than what an earlier read of any thread that happened before it saw.
  Reading read() const;
  // Never waits for readers. Throws std::invalid_argument if `generation` is lower than the current
  // one.
  void publish(SnapshotPtr next, std::uint64_t generation);
  // Earlier generations whose snapshots are still held by readers, views or change sets.
  std::uint32_t pinned() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kestrel
