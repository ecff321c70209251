// Walking made rows: what is below a slot, and the path to it.
#pragma once

#include <string>

#include "kestrel/eval.hpp"
#include "kestrel/row_writer.hpp"

namespace kestrel {

// A record's row, or a payload with named fields: what `self` and `outer` can mean.
inline bool is_scope(const Layout& layout) {
  return !layout.name.empty() && !layout.is_sum && !layout.is_tuple;
}

// A step of the path to a row; steps live on the stack.
struct RowPath {
  enum class What : std::uint8_t { slot, key, index, variant } what;
  const RowPath* up;
  const Layout* layout = nullptr;  // slot, key, variant
  Row row = {};                    // key
  std::uint64_t number = 0;        // slot, index, variant
};

// The JSON Pointer; names as in data.
std::string pointer(const RowPath* path);

inline Row row_of(const std::vector<std::uint64_t>& words, const Layout& layout) {
  return {reinterpret_cast<const std::uint8_t*>(words.data()), layout.count()};
}

// Calls `f(row, index)` for each row of a present collection.
template <class F>
void for_rows(const Slot& slot, Row row, std::uint32_t at, const std::vector<Tree>& trees, F&& f) {
  const std::uint32_t n = slot.layout->count();
  if (slot.tree) {
    const Tree tree = trees[slot.tree_index];
    std::uint64_t i = 0;
    for (TreeCursor c(tree); !c.done(); c.next()) f(Row(c.row(), n), i++);
    return;
  }
  const Block block = row.block(at, n);
  for (std::uint32_t i = 0; i < block.count(); ++i) f(block.row(i), std::uint64_t{i});
}

}  // namespace kestrel
