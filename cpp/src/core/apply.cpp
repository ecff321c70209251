// Making a snapshot from another and a change set.
#include <algorithm>

#include "kestrel/change.hpp"
#include "kestrel/codec.hpp"
#include "patch.hpp"

namespace kestrel {

namespace {

using Edit = const RowEdit*;

struct Edits {
  Edit at, end;
  bool before(std::uint64_t row) const { return at != end && at->at < row; }
  // Those before `row`, if they replace rows and nothing else; else none.
  Edits replacing(std::uint64_t row) const {
    Edit last = at;
    while (last != end && last->at < row && last->what == RowEdit::What::replace) ++last;
    return {at, last != end && last->at < row ? at : last};
  }
};

// A chunk with some rows replaced: what lies between them is copied whole.
class Replacement {
 public:
  Replacement(const Chunk& old, std::uint64_t first_row, Edits edits)
      : old_(old), first_(first_row), edits_(edits) {}

  Shared<Chunk> run() {
    made_ = Shared<Chunk>(Chunk::make(bytes()));
    made_->origin = old_.id;
    for (Edit edit = edits_.at; edit != edits_.end; ++edit) {
      copy_until(row_of(*edit));
      made_->replaced |= std::uint64_t{1} << row_of(*edit);
      made_->offset[made_->count++] = size_;
      append(edit->row, Row(edit->row, 0).size());
    }
    copy_until(old_.count);
    made_->offset[made_->count] = size_;
    return std::move(made_);
  }

 private:
  std::uint32_t row_of(const RowEdit& edit) const {
    return static_cast<std::uint32_t>(edit.at - first_);
  }
  std::uint32_t bytes() const {
    std::uint32_t bytes = old_.bytes;
    for (Edit edit = edits_.at; edit != edits_.end; ++edit)
      bytes += Row(edit->row, 0).size() - Row(old_.row(row_of(*edit)), 0).size();
    return bytes;
  }
  // Rows from where the new chunk has come to, up to `end`.
  void copy_until(std::uint32_t end) {
    const std::uint32_t begin = made_->count, from = old_.offset[begin];
    for (std::uint32_t& row = made_->count; row < end; ++row)
      made_->offset[row] = size_ + old_.offset[row] - from;
    append(old_.row(begin), old_.offset[end] - from);
  }
  void append(const std::uint8_t* bytes, std::uint32_t size) {
    std::memcpy(made_->data + size_, bytes, size);
    size_ += size;
  }

  const Chunk& old_;
  std::uint64_t first_;  // the place of the chunk's first row in the tree
  Edits edits_;
  Shared<Chunk> made_;
  std::uint32_t size_ = 0;
};

// A tree with edits made: untouched branches and chunks are shared, touched chunks written anew.
class Splicer {
 public:
  Splicer(const Tree& tree, Edits edits) : old_(tree), edits_(edits) {}

  Tree run() {
    tree_.branches.reserve(old_.branches.size() + 1);
    if (old_.branches.empty()) insert_all();
    for (std::size_t b = 0; b < old_.branches.size(); ++b) {
      const Shared<Branch>& branch = old_.branches[b];
      const std::uint64_t end = row_ + branch->rows + (b + 1 == old_.branches.size());
      if (edits_.before(end))
        splice(*branch, b + 1 == old_.branches.size());
      else
        share(branch);
    }
    return std::move(tree_);
  }

 private:
  void share(const Shared<Branch>& branch) {
    tree_.branches.push_back(branch);
    tree_.rows += branch->rows;
    row_ += branch->rows;
    open_ = false;
  }
  void splice(const Branch& branch, bool last) {
    open_ = false;  // a branch of its own: its neighbours stay shared
    branch.prefetch();
    for (std::uint32_t c = 0; c < branch.count; ++c) {
      const Shared<Chunk>& chunk = branch.chunk[c];
      if (edits_.before(row_ + chunk->count + (last && c + 1 == branch.count)))
        rewrite(*chunk, last && c + 1 == branch.count);
      else
        place(chunk);
      row_ += chunk->count;
    }
  }
  void insert_all() {
    for (; edits_.at != edits_.end; ++edits_.at) rows_.push_back(edits_.at->row);
    write();
  }
  // Rows at the very end are inserted behind the last chunk's.
  void rewrite(const Chunk& chunk, bool last) {
    const Edits replacing = edits_.replacing(row_ + chunk.count + last);
    if (replacing.at != replacing.end) {
      edits_.at = replacing.end;
      return place(Replacement(chunk, row_, replacing).run());
    }
    std::uint32_t kept = 0;
    for (; edits_.before(row_ + chunk.count + last); ++edits_.at) {
      const auto at = static_cast<std::uint32_t>(edits_.at->at - row_);
      for (; kept < at; ++kept) rows_.push_back(chunk.row(kept));
      if (edits_.at->row != nullptr) rows_.push_back(edits_.at->row);
      kept += edits_.at->what != RowEdit::What::insert;
    }
    for (; kept < chunk.count; ++kept) rows_.push_back(chunk.row(kept));
    write();
  }
  // What was one chunk becomes as many as it takes, evenly filled.
  void write() {
    const std::size_t chunks = (rows_.size() + kFan - 1) / kFan;
    for (std::size_t c = 0; c < chunks; ++c)
      place(pack(rows_.data() + rows_.size() * c / chunks,
                 rows_.data() + rows_.size() * (c + 1) / chunks));
    rows_.clear();
  }
  static Shared<Chunk> pack(const std::uint8_t* const* row, const std::uint8_t* const* end) {
    std::uint32_t bytes = 0;
    for (const auto* r = row; r != end; ++r) bytes += Row(*r, 0).size();
    Shared<Chunk> chunk(Chunk::make(bytes));
    std::uint32_t at = 0;
    for (; row != end; ++row) {
      const std::uint32_t size = Row(*row, 0).size();
      std::memcpy(chunk->data + at, *row, size);
      chunk->offset[chunk->count++] = at;
      at += size;
    }
    chunk->offset[chunk->count] = bytes;
    return chunk;
  }
  void place(Shared<Chunk> chunk) {
    if (!open_ || tree_.branches.back()->count == kFan) {
      tree_.branches.emplace_back(new Branch);
      open_ = true;
    }
    Branch& branch = *tree_.branches.back();
    branch.rows += chunk->count;
    tree_.rows += chunk->count;
    branch.chunk[branch.count++] = std::move(chunk);
  }

  const Tree& old_;
  Edits edits_;
  Tree tree_;
  std::uint64_t row_ = 0;                  // the old tree's row that is next
  bool open_ = false;                      // the last branch is being filled here
  std::vector<const std::uint8_t*> rows_;  // of the chunk being written
};

// Many small chunks, left by removals, cost more than sharing saves.
bool is_sparse(const Tree& tree) {
  std::uint64_t chunks = 0;
  for (const auto& branch : tree.branches) chunks += branch->count;
  return chunks > 8 && tree.rows < chunks * kFan / 4;
}

Tree packed(const Tree& tree) {
  TreeBuilder builder;
  for (TreeCursor rows(tree); !rows.done(); rows.next())
    builder.add(rows.row(), Row(rows.row(), 0).size());
  return builder.finish();
}

Tree spliced(const Tree& tree, const ChangeSet& set, std::uint32_t number) {
  const auto [begin, end] =
      std::equal_range(set.row_edits.begin(), set.row_edits.end(), RowEdit{{}, number, 0, nullptr},
                       [](const RowEdit& x, const RowEdit& y) { return x.tree < y.tree; });
  if (begin == end) return tree;
  Tree result = Splicer(tree, {&*begin, &*begin + (end - begin)}).run();
  return is_sparse(result) ? packed(result) : result;
}

// Rows are copied from b, so that all that is derived in them, and all that was checked, is b's;
// what is equal is shared with a.
SnapshotPtr graft(const ChangeSet& set) {
  if (set.a == set.b) return set.a;
  const std::vector<Tree>& theirs = set.b->trees();
  std::vector<Tree> trees;
  trees.reserve(theirs.size());
  for (std::uint32_t t = 0; t < theirs.size(); ++t)
    trees.push_back(set.tree_edited[t] ? spliced(set.a->trees()[t], set, t) : theirs[t]);
  return std::make_shared<const Snapshot>(set.a->schema_ptr(), set.b->root_words(),
                                          std::move(trees));
}

}  // namespace

SnapshotPtr apply_changes(const SnapshotPtr& base, const ChangeSet& changes) {
  if (base == changes.a) return graft(changes);
  if (base->schema_ptr() == changes.a->schema_ptr() && compare(base, changes.a)->changes.empty())
    return graft(changes);
  return apply_operations(base, operations_of(changes));
}

}  // namespace kestrel
