#include "derive.hpp"

#include <algorithm>
#include <optional>

#include "check.hpp"
#include "decode.hpp"
#include "rows.hpp"
#include "text.hpp"

namespace kestrel {
namespace {

using Words = std::vector<std::uint64_t>;

// Chains of members that read one another settle one link a round; longer ones are taken for
// cycles.
constexpr int kRounds = 64;

// A default set from outside: by a `when` of this record or of an enclosing one, where it applies.
struct Setting {
  std::vector<std::string> path;  // from the record that it is handed to
  const Program* value;           // null: its condition does not hold
  const Scope* scope;
};
using Settings = std::vector<Setting>;

bool same_slot(const Slot& slot, std::uint32_t i, Row a, Row b) {
  if (a.present(i) != b.present(i)) return false;
  return slot.part ? a.text(i) == b.text(i) : slot.tree || a.raw(i) == b.raw(i);
}

bool same_tree(const Tree& a, const Tree& b) {
  if (a.rows != b.rows) return false;
  TreeCursor x(a), y(b);
  for (; !x.done(); x.next(), y.next()) {
    if (x.row() == y.row()) continue;
    const auto size = load<std::uint32_t>(x.row());
    if (size != load<std::uint32_t>(y.row()) || std::memcmp(x.row(), y.row(), size) != 0)
      return false;
  }
  return true;
}

class Deriver {
 public:
  Deriver(const Schema& schema, std::vector<Tree>& trees) : schema_(schema), trees_(trees) {}

  // The row with its derived members made anew; nothing where it stays as it is.
  std::optional<Words> row(const Layout& layout, Row old, const Scope* outer, const Settings& given,
                           const RowPath* path) {
    Words now;
    Row self = old;
    Scope own{self, &layout, outer, &trees_};
    const Scope* scope = is_scope(layout) ? &own : outer;
    Settings settings = given;
    if (is_scope(layout)) add_whens(layout, own, settings, path);
    for (std::uint32_t i = 1; i < layout.count(); ++i) {
      auto changed = member(layout, self, i, scope, settings, path);
      if (!changed) continue;
      now = std::move(*changed);
      own.row = self = row_of(now, layout);
    }
    if (self.bytes() == old.bytes()) return std::nullopt;
    return now;
  }

  bool settled() const { return !changed_trees_; }
  void next_round() {
    changed_trees_ = false;
    failures_.clear();
  }
  // What failed in the last round; what fails only because a member has no value says nothing new.
  void report(IssueList& issues) const {
    const bool causes =
        std::any_of(failures_.begin(), failures_.end(), [](const Fault& f) { return !f.missing; });
    for (const Fault& f : failures_)
      if (!causes || !f.missing) issues.add(f.issue);
  }

 private:
  struct Fault {
    Issue issue;
    bool missing;  // it read what is not there
  };

  // A later `when` wins, and an enclosing record's wins over this one's own.
  void add_whens(const Layout& layout, const Scope& scope, Settings& settings,
                 const RowPath* path) {
    Settings own;
    for (const CompiledWhen& when : layout.whens) {
      bool applies = false;
      try {
        applies = when.cond->test(scope);
      } catch (const Failure& failure) {
        fail("when", pointer(path), failure);
      }
      for (const auto& [to, value] : when.sets)
        own.push_back({to, applies ? value.get() : nullptr, &scope});
    }
    settings.insert(settings.begin(), own.begin(), own.end());
  }

  // The row with slot `i` made anew, if that changes it.
  std::optional<Words> member(const Layout& layout, Row self, std::uint32_t i, const Scope* scope,
                              const Settings& settings, const RowPath* up) {
    const Slot& slot = layout.slots[i];
    const RowPath path{RowPath::What::slot, up, &layout, {}, i};
    Settings here, below;
    split(slot, settings, here, below);
    std::optional<Words> now;
    if (!self.written(i) &&
        (!here.empty() || slot.computed || (slot.fallback && !slot.constant_fallback))) {
      now = set(layout, self, i, scope, here, &path);
      if (now) self = row_of(*now, layout);
    }
    if (!self.present(i) || !slot.layout || (!slot.layout->derives && below.empty())) return now;
    auto inside = descend(layout, self, i, scope, below, &path);
    return inside ? std::move(inside) : std::move(now);
  }

  static void split(const Slot& slot, const Settings& settings, Settings& here, Settings& below) {
    for (const Setting& s : settings) {
      if (s.path.empty() || s.path.front() != slot.name) continue;
      if (s.path.size() == 1)
        here.push_back(s);
      else
        below.push_back({{s.path.begin() + 1, s.path.end()}, s.value, s.scope});
    }
  }

  // What the slot's value comes from: the last setting that applies, else its compute or default.
  std::optional<Words> set(const Layout& layout, Row self, std::uint32_t i, const Scope* scope,
                           const Settings& settings, const RowPath* path) {
    const Program* from = layout.slots[i].fallback.get();
    for (const auto& [slot, program] : layout.computes)
      if (slot == i) from = program.get();
    for (const Setting& s : settings)
      if (s.value) from = s.value, scope = s.scope;
    Row made = row_of(layout.blank, layout);
    Words words;
    if (from == layout.slots[i].fallback.get() && (!from || layout.slots[i].constant_fallback)) {
      put_blank_trees(layout, i);
    } else {
      const auto value = evaluate(*from, layout, i, scope, path);
      if (!value) return std::nullopt;
      words = std::move(*value);
      made = row_of(words, layout);
    }
    if (same_slot(layout.slots[i], i, self, made)) return std::nullopt;
    RowWriter row(layout, self);
    row.take(i, made, false);
    return row.words();
  }

  std::optional<Words> evaluate(const Program& program, const Layout& layout, std::uint32_t i,
                                const Scope* scope, const RowPath* path) {
    Doc doc;
    doc.schema_names = true;
    try {
      program.evaluate(scope, doc);
    } catch (const Failure& failure) {
      fail(layout.slots[i].name, pointer(path), failure);
      return std::nullopt;
    }
    IssueList faults(1);
    std::vector<Tree> trees = layout.spine ? trees_ : std::vector<Tree>();
    Words words = read_slot(layout, i, doc, trees, faults, schema_.layouts(),
                            {.written = false, .schema_names = true});
    if (!faults.empty()) return refuse(faults, pointer(path)), std::nullopt;
    if (layout.spine) put_trees(trees);
    return words;
  }

  void refuse(IssueList& faults, const std::string& path) {
    try {
      faults.raise();
    } catch (Invalid& invalid) {
      Issue& issue = invalid.issues.front();
      issue.path = path + issue.path;
      issue.begin = issue.end = kNowhere;
      failures_.push_back({std::move(issue), false});
    }
  }

  void put_blank_trees(const Layout& layout, std::uint32_t i) {
    if (!layout.spine) return;
    std::vector<Tree> trees = trees_;
    const Slot& slot = layout.slots[i];
    for (const auto& [index, tree] : layout.blank_trees)
      if (slot.tree ? index == slot.tree_index
                    : slot.kind == Kind::record && owns(*slot.layout, index))
        trees[index] = tree;
    put_trees(trees);
  }

  static bool owns(const Layout& layout, std::uint32_t tree) {
    return std::any_of(layout.blank_trees.begin(), layout.blank_trees.end(),
                       [&](const auto& own) { return own.first == tree; });
  }

  void put_trees(std::vector<Tree>& trees) {
    for (std::size_t i = 0; i < trees.size(); ++i) {
      if (same_tree(trees[i], trees_[i])) continue;
      trees_[i] = std::move(trees[i]);
      changed_trees_ = true;
    }
  }

  // ---- what is below a slot
  std::optional<Words> descend(const Layout& layout, Row self, std::uint32_t i, const Scope* scope,
                               const Settings& settings, const RowPath* path) {
    const Slot& slot = layout.slots[i];
    if (slot.tree) return tree(slot, scope, path), std::nullopt;
    if (slot.kind == Kind::record || slot.kind == Kind::tuple)
      return nested(
          layout, self, i,
          row(*slot.layout, {self.nested(i), slot.layout->count()}, scope, settings, path));
    if (slot.kind == Kind::sum)
      return nested(layout, self, i,
                    sum(*slot.layout, {self.nested(i), slot.layout->count()}, scope, path));
    return block(layout, self, i, scope, path);
  }

  std::optional<Words> nested(const Layout& layout, Row self, std::uint32_t i,
                              const std::optional<Words>& now) {
    if (!now) return std::nullopt;
    return with_part(layout, self, i,
                     {reinterpret_cast<const char*>(now->data()), 8 * now->size()});
  }

  static Words with_part(const Layout& layout, Row self, std::uint32_t i, std::string_view part) {
    RowWriter row(layout, self);
    row.put_part(i, part, self.written(i));
    return row.words();
  }

  std::optional<Words> sum(const Layout& layout, Row self, const Scope* scope, const RowPath* up) {
    const Layout* payload = layout.payloads[self.raw(1)];
    if (!payload || !payload->derives) return std::nullopt;
    const RowPath path{RowPath::What::variant, up, &layout, {}, self.raw(1)};
    return nested(layout, self, 2,
                  row(*payload, {self.nested(2), payload->count()}, scope, {}, &path));
  }

  RowPath step(const Slot& slot, const RowPath* path, Row item, std::uint64_t index) const {
    return {slot.kind == Kind::map ? RowPath::What::key : RowPath::What::index, path, slot.layout,
            item, index};
  }

  std::optional<Words> block(const Layout& layout, Row self, std::uint32_t i, const Scope* scope,
                             const RowPath* path) {
    const Slot& slot = layout.slots[i];
    std::vector<const std::uint8_t*> rows;
    std::vector<Words> made;
    for_rows(slot, self, i, trees_, [&](Row item, std::uint64_t index) {
      const RowPath at = step(slot, path, item, index);
      rows.push_back(item.bytes());
      auto now = row(*slot.layout, item, scope, {}, &at);
      if (!now) return;
      made.push_back(std::move(*now));
      rows.back() = reinterpret_cast<const std::uint8_t*>(made.back().data());
    });
    if (made.empty()) return std::nullopt;
    Buffer bytes;
    const Ref ref = append_block(bytes, rows);
    return with_part(layout, self, i,
                     {reinterpret_cast<const char*>(bytes.data()) + ref.offset, ref.size});
  }

  // Chunks without a change are shared.
  void tree(const Slot& slot, const Scope* scope, const RowPath* path) {
    const Tree old = trees_[slot.tree_index];
    TreeBuilder builder;
    std::uint64_t index = 0;
    bool changed = false;
    for (TreeCursor c(old); !c.done(); c.next_chunk())
      changed |= chunk(slot, c, index, scope, path, builder);
    if (!changed) return;
    trees_[slot.tree_index] = builder.finish();
    changed_trees_ = true;
  }

  bool chunk(const Slot& slot, const TreeCursor& c, std::uint64_t& index, const Scope* scope,
             const RowPath* path, TreeBuilder& builder) {
    std::vector<std::optional<Words>> made;
    bool changed = false;
    for (std::uint32_t i = 0; i < c.chunk()->count; ++i, ++index) {
      const Row item(c.chunk()->row(i), slot.layout->count());
      const RowPath at = step(slot, path, item, index);
      made.push_back(row(*slot.layout, item, scope, {}, &at));
      changed |= made.back().has_value();
    }
    if (!changed) return builder.add_chunk(c.branch()->chunk[c.chunk_index()]), false;
    for (std::uint32_t i = 0; i < made.size(); ++i) {
      const std::uint8_t* bytes =
          made[i] ? reinterpret_cast<const std::uint8_t*>(made[i]->data()) : c.chunk()->row(i);
      builder.add(bytes, load<std::uint32_t>(bytes));
    }
    return true;
  }

  void fail(const std::string& name, std::string path, const Failure& failure) {
    const ir::At& at = failure.at;
    failures_.push_back({{.code = "KS0503",
                          .values = {{"name", name}, {"why", why(failure)}},
                          .path = std::move(path),
                          .at_source = at.source,
                          .at_begin = at.begin,
                          .at_end = at.end},
                         failure.code == "missing"});
  }

  const Schema& schema_;
  std::vector<Tree>& trees_;
  std::vector<Fault> failures_;  // of this round
  bool changed_trees_ = false;
};

}  // namespace

void derive_rows(const Schema& schema, std::vector<std::uint64_t>& root, std::vector<Tree>& trees,
                 IssueList& issues) {
  Deriver deriver(schema, trees);
  const Layout& layout = schema.root();
  for (int round = 0; round < kRounds; ++round) {
    deriver.next_round();
    auto now = deriver.row(layout, row_of(root, layout), nullptr, {}, nullptr);
    if (now) root = std::move(*now);
    if (now || !deriver.settled()) continue;
    return deriver.report(issues);
  }
  issues.add({.code = "KS0503",
              .values = {{"name", schema.root().name},
                         {"why", "derived members do not settle: they read one another"}},
              .path = ""});
}

}  // namespace kestrel
