// Publishes the current snapshot to readers that take no lock and never wait. Split reference count: a
// reader takes its own count and leaves the slot at once.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>

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
  void publish(SnapshotPtr next, std::uint64_t generation);
  // Generations still held by readers or views.
  std::uint32_t pinned() const;

 private:
  struct Impl;
  Impl* impl_;
};

}  // namespace kestrel
