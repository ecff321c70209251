// Rows fit to be shown: `<secret>` in place of literal secrets. References stay, they are no
// secrets.
#pragma once

#include <optional>

#include "kestrel/row_writer.hpp"
#include "kestrel/snapshot.hpp"

namespace kestrel {

inline constexpr std::string_view kRedacted = "<secret>";

// A row of a snapshot, and the snapshot that its trees are in.
class Shown {
 public:
  // The row itself where it holds no literal secret, or where it shall not be redacted.
  Shown(const Snapshot& snapshot, Row row, const Layout& layout, bool redacted);
  const Snapshot& snapshot() const { return other_ ? *other_ : snapshot_; }
  Row row() const { return row_; }

 private:
  const Snapshot& snapshot_;
  Row row_;
  Buffer buffer_;
  std::optional<Snapshot> other_;
};

}  // namespace kestrel
