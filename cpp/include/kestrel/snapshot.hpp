// One immutable config in memory, as readers see it: effective values, with a bit per slot that says
// which of them stand in the document.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kestrel/layout.hpp"
#include "kestrel/tree.hpp"

namespace kestrel {

class Snapshot {
 public:
  Snapshot(std::shared_ptr<const Schema> schema, std::vector<std::uint64_t> root,
           std::vector<Tree> trees)
      : schema_(std::move(schema)), root_(std::move(root)), trees_(std::move(trees)) {}

  const Schema& schema() const { return *schema_; }
  const std::shared_ptr<const Schema>& schema_ptr() const { return schema_; }
  Row root() const {
    return {reinterpret_cast<const std::uint8_t*>(root_.data()), schema_->root().count()};
  }
  const std::vector<std::uint64_t>& root_words() const { return root_; }
  const std::vector<Tree>& trees() const { return trees_; }
  const Tree& tree(Row spine_row, std::uint32_t slot) const { return trees_[spine_row.raw(slot)]; }

 private:
  std::shared_ptr<const Schema> schema_;
  std::vector<std::uint64_t> root_;  // words, so that rows are 8-aligned
  std::vector<Tree> trees_;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace kestrel
