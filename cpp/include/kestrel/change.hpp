// Differences between two snapshots of one schema, and making a snapshot from another and its
// changes. Changes are about documents: what was written.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kestrel/snapshot.hpp"

namespace kestrel {

enum class ChangeOp : std::uint8_t { add, remove, replace, move };

// The kinds of value changes, in the order of their ids V01, V02, ...
enum class ChangeRule : std::uint8_t {
  set,             // V01: a member was written that was not
  removed,         // V02: a member is no longer written
  replaced,        // V03: another value
  item_added,      // V04: of a map, list or set
  item_removed,    // V05
  moved,           // V06: an item of a list with @key stands elsewhere
  reordered,       // V07: an equal item of another list stands elsewhere
  secret_rotated,  // V08: another reference
};

inline constexpr std::uint32_t kNoStep = 0xffff'ffff;

// One step of a path. Changes at nearby places share the steps that their paths begin with.
struct PathStep {
  enum class What : std::uint8_t {
    slot,         // a record's member
    key,          // a map's entry, by the key in `row`
    index,        // an item of a list, set, tuple or payload, or of an array in a `json` value
    member,       // a variant's name
    json_member,  // a member inside a `json` value; its name as in the text, escapes and all
  } what;
  std::uint32_t up = kNoStep;  // the step before, by its place in ChangeSet::path_steps
  std::uint32_t number = 0;    // index; member, json_member: how long the name is
  const Slot* slot = nullptr;  // slot: itself; key, index: the collection's
  // key, and index of a list with @key: a row that holds the key; member, json_member: the name
  const std::uint8_t* at = nullptr;

  std::string_view name() const { return {reinterpret_cast<const char*>(at), number}; }
};

// A `Change` is about the row itself, as a record, rather than about one of its slots.
inline constexpr std::uint32_t kWholeRow = 0xffff'ffff;

struct Change {
  ChangeOp op;
  ChangeRule rule;
  std::uint32_t step = kNoStep;  // the path's last, in ChangeSet::path_steps
  std::uint32_t from = 0;        // move: the index it had; all other steps are the same
  std::uint32_t slot = 0;
  const Layout* layout = nullptr;
  // The slot (or whole row) before and after: rows of `layout`, null where there is none. Inside
  // `json` values `layout` is null, and these are the texts, with their sizes.
  const std::uint8_t *old_at = nullptr, *new_at = nullptr;
  std::uint32_t old_size = 0, new_size = 0;

  Row old_row() const { return {old_at, layout->count()}; }
  Row new_row() const { return {new_at, layout->count()}; }
  std::string_view old_json() const { return {reinterpret_cast<const char*>(old_at), old_size}; }
  std::string_view new_json() const { return {reinterpret_cast<const char*>(new_at), new_size}; }
};

// What becomes of one row of a tree of `a`: all of them, in order, make the tree of `b`.
struct RowEdit {
  enum class What : std::uint8_t { replace, erase, insert } what;
  std::uint32_t tree;
  std::uint64_t at;          // a row of a's tree; insert: before it
  const std::uint8_t* row;   // of b; null for erase
};

// The changes from `a` to `b`, in an order in which RFC 6902 applies them; both are kept alive.
// Lists: removals from the highest index down, moves, additions upward, then what changed inside of
// items.
class ChangeSet {
 public:
  SnapshotPtr a, b;
  bool effective = false;  // about effective values, not documents
  std::vector<Change> changes;
  std::vector<PathStep> path_steps;
  // by tree, by place; rows that differ in derived slots too
  std::vector<RowEdit> row_edits;
  // by tree: `row_edits` says all about it; else b's replaces a's
  std::vector<std::uint8_t> tree_edited;

  // Calls f(step) for the steps of a change's path, from the root.
  template <class F>
  void each_step(const Change& change, F f) const {
    from_root(change.step, f);
  }
  std::string path(const Change& change) const;       // JSON Pointer
  std::string from_path(const Change& change) const;  // of a move
  // Items of lists with @key by their key, `/jobs/[name=node]/port`: stays right when items shift.
  std::string key_path(const Change& change) const;
  // The strictest of the reload classes on the way, and all marks.
  std::string_view reload(const Change& change) const;
  std::vector<std::string_view> marks(const Change& change) const;
  // What a person calls the type of the value: `u16`, `Option<Tls>`, a record's full name.
  std::string_view type(const Change& change) const;
  // The value before and after, as canonical JSON of the document; empty where there is none.
  // `redacted`: with `<secret>` in place of literal secrets.
  std::string old_value(const Change& change, bool redacted) const;
  std::string new_value(const Change& change, bool redacted) const;

 private:
  // As deep as documents are, which decoding bounds.
  template <class F>
  void from_root(std::uint32_t step, F& f) const {
    if (step == kNoStep) return;
    from_root(path_steps[step].up, f);
    f(path_steps[step]);
  }
};

// `effective`: of effective values, defaults and derived members included. Such changes are to be
// looked at: they make no document.
std::shared_ptr<const ChangeSet> compare(const SnapshotPtr& a, const SnapshotPtr& b,
                                         bool effective = false);

// `base` with the changes made. Where `base` is the change set's own `a` (or the same document),
// touched chunks alone are copied, and nothing needs to be checked again: the document is b's.
// Throws Invalid: KS0601 (a change's `old` is not what is there; values `path`, `expected`,
// `found`), KS0603 (its path leads nowhere; values `path`, `op`, `index`), or what decoding finds.
SnapshotPtr apply_changes(const SnapshotPtr& base, const ChangeSet& changes);

// The same for RFC 6902 operations from outside (add, remove, replace, move, copy, test; further
// members are passed over, `old` is tested where it stands). Throws Invalid, KS0602 too (no patch;
// value `why`).
SnapshotPtr apply_patch(const SnapshotPtr& base, std::string_view patch_json);

}  // namespace kestrel
