// The cell under readers and publishers: run plainly, and under TSan by .ci/sanitize.sh.
#include "kestrel/cell.hpp"

#include <cassert>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <vector>

using kestrel::Cell;
using kestrel::Snapshot;
using kestrel::SnapshotPtr;

namespace {

// A snapshot whose every word is `n`: torn if two of them differ.
SnapshotPtr numbered(std::uint64_t n) {
  return std::make_shared<const Snapshot>(nullptr, std::vector<std::uint64_t>(16, n),
                                          std::vector<kestrel::Tree>{});
}

std::uint64_t number(const Snapshot& snapshot) {
  const auto& words = snapshot.root_words();
  for (const std::uint64_t word : words) assert(word == words[0]);
  return words[0];
}

void readers_never_see_torn_or_older(int readers, std::uint64_t generations) {
  Cell cell(numbered(0), 0);
  std::atomic<std::uint64_t> newest{0};  // the newest that any reader saw: never older after it
  std::vector<std::thread> threads;
  for (int i = 0; i < readers; ++i)
    threads.emplace_back([&] {
      for (std::uint64_t last = 0; last < generations;) {
        const std::uint64_t floor = newest.load(std::memory_order_acquire);
        const Cell::Reading reading = cell.read();
        assert(number(*reading.snapshot) == reading.generation);
        assert(reading.generation >= last && reading.generation >= floor);
        last = reading.generation;
        std::uint64_t seen = floor;
        while (seen < last && !newest.compare_exchange_weak(seen, last)) {
        }
      }
    });
  for (std::uint64_t g = 1; g <= generations; ++g) {
    cell.publish(numbered(g), g);
    if (g % 64 == 0) std::this_thread::yield();
  }
  for (auto& thread : threads) thread.join();
  assert(cell.pinned() == 0);
}

void publishers_exclude_each_other() {
  Cell cell(numbered(0), 0);
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> next{1};
  const auto publish = [&] {
    for (int i = 0; i < 500; ++i) {
      const std::uint64_t g = next.fetch_add(1);
      try {
        cell.publish(numbered(g), g);
      } catch (const std::invalid_argument&) {
        ++refused;  // another was faster with a newer generation
      }
    }
  };
  std::thread one(publish), two(publish);
  one.join();
  two.join();
  assert(cell.read().generation == 1000);
  assert(refused < 1000);
}

void many_pinned_generations_do_not_stop_a_publisher() {
  Cell cell(numbered(0), 0);
  std::vector<SnapshotPtr> held;
  for (std::uint64_t g = 1; g <= 1000; ++g) {
    held.push_back(cell.read().snapshot);
    cell.publish(numbered(g), g);
  }
  assert(cell.pinned() == 1000);
  for (std::uint64_t g = 0; g < 1000; ++g) assert(number(*held[g]) == g);
  held.resize(10);
  assert(cell.pinned() == 10);
  held.clear();
  assert(cell.pinned() == 0);
}

void a_snapshot_published_again_is_not_pinned() {
  const SnapshotPtr a = numbered(1);
  Cell cell(a, 1);
  cell.publish(numbered(2), 2);
  assert(cell.pinned() == 1);
  cell.publish(a, 3);
  assert(cell.pinned() == 0);
}

}  // namespace

int main() {
  readers_never_see_torn_or_older(1, 20000);
  readers_never_see_torn_or_older(3, 20000);
  publishers_exclude_each_other();
  many_pinned_generations_do_not_stop_a_publisher();
  a_snapshot_published_again_is_not_pinned();
  std::puts("cell: ok");
}
