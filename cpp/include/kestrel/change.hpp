// Differences between two snapshots of one schema, and making a snapshot from another and its changes.
// Changes are about documents: what was written.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kestrel/snapshot.hpp"

namespace kestrel {

enum class ChangeOp : std::uint8_t { add, remove, replace, move };

// One step of a path, compact: which slot, or which row of a collection.
struct PathStep {
  enum class What : std::uint8_t { slot, key, index, member } what;
  std::uint32_t number = 0;                // slot, index
  const Layout* layout = nullptr;          // slot: of which layout; key: of the element
  const std::uint8_t* row = nullptr;       // key: a row that holds it, in one of the two snapshots
  std::string_view member;                 // inside a `json` value: the member's name
};

struct Change {
  ChangeOp op;
  std::uint32_t first_step, steps;         // into ChangeSet::path_steps
  std::uint32_t from_first = 0, from_steps = 0;  // move
  // The slot before and after: rows and slot of `layout`; a null row where there is none. Inside `json`
  // values, the texts instead.
  Row old_row, new_row;
  const Layout* layout = nullptr;
  std::uint32_t slot = 0;
  std::string_view old_json, new_json;
  const Slot* field = nullptr;             // the field that a person would name: its reload class and marks
};

// The changes from `a` to `b`, in an order in which RFC 6902 applies them; both are kept alive.
class ChangeSet {
 public:
  SnapshotPtr a, b;
  std::vector<Change> changes;
  std::vector<PathStep> path_steps;
  std::vector<std::unique_ptr<std::string>> texts;  // owned texts of json members

  std::string path(const Change& change) const;      // JSON Pointer
  std::string key_path(const Change& change) const;  // lists with @key by their key: stays right when items shift
};

std::shared_ptr<const ChangeSet> compare(const SnapshotPtr& a, const SnapshotPtr& b);

// `base` with the changes made. Where `base` is the change set's own `a`, touched chunks alone are
// copied. Throws Invalid: KS0601 (a change's `old` is not what is there; values `path`, `expected`, `found`), or what
// `finish` finds.
SnapshotPtr apply(const SnapshotPtr& base, const ChangeSet& changes);

// The same for RFC 6902 operations from outside (add, remove, replace, move, copy, test; further members
// are passed over, `old` is tested where it stands). Throws Invalid.
SnapshotPtr apply_patch(const SnapshotPtr& base, std::string_view patch_json);

}  // namespace kestrel
