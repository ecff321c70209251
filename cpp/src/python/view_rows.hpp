// The rows of a collection as a view sees them, whether they are a tree or a block inside a row.
#pragma once

#include <Python.h>

#include "kestrel/layout.hpp"
#include "kestrel/snapshot.hpp"

namespace kestrel {

// A key of a map that Python gave, made ready to be compared with rows.
class KeyProbe {
 public:
  // False where no entry can have such a key: another type, a name that is no choice.
  bool set(const Slot& key, PyObject* object);
  // Less than, equal to, greater than 0: as row_writer.hpp's `compare_keys` orders.
  int compare(Row row) const;

 private:
  bool set_number(const Slot& key, PyObject* object);
  bool set_choice(const Slot& key, std::string_view name);
  const Slot* key_ = nullptr;
  std::string_view text_;
  std::uint64_t number_ = 0;
};

class Rows {
 public:
  Rows(const Snapshot& snapshot, Row row, const Layout& layout, std::uint32_t slot);
  std::uint64_t size() const { return tree_ ? tree_->rows : block_.count(); }
  Row at(std::uint64_t i) const;
  Row find(const KeyProbe& key) const;  // no row if there is none

  // Walks in order.
  class Walk {
   public:
    explicit Walk(const Rows& rows) : rows_(rows), cursor_(rows.tree_ ? *rows.tree_ : kNoRows) {}
    bool done() const { return rows_.tree_ ? cursor_.done() : index_ == rows_.block_.count(); }
    Row row() const {
      return rows_.tree_ ? Row(cursor_.row(), rows_.slots_) : rows_.block_.row(index_);
    }
    void next() {
      ++index_;
      if (rows_.tree_) cursor_.next();
    }

   private:
    static inline const Tree kNoRows;
    const Rows& rows_;
    TreeCursor cursor_;
    std::uint32_t index_ = 0;
  };

 private:
  Row find_in_tree(const KeyProbe& key) const;
  const Tree* tree_ = nullptr;
  Block block_;
  std::uint32_t slots_;
};

}  // namespace kestrel
