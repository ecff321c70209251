#include "check.hpp"

#include <algorithm>
#include <set>

#include "bounds.hpp"
#include "encode.hpp"
#include "rows.hpp"
#include "source.hpp"
#include "spell.hpp"
#include "text.hpp"

namespace kestrel {
namespace {

class Checker {
 public:
  Checker(const std::vector<Tree>& trees, IssueList& issues) : trees_(trees), issues_(issues) {}

  void row(const Layout& layout, Row row, const Scope* outer, const RowPath* path) {
    const Scope own{row, &layout, outer, &trees_};
    const Scope* scope = is_scope(layout) ? &own : outer;
    for (std::uint32_t i = 0; i < layout.count(); ++i)
      if (row.present(i)) slot(layout, row, i, scope, path);
    for (const CompiledRule& r : layout.rules) rule(r, layout, own, path);
  }

 private:
  void slot(const Layout& layout, Row row, std::uint32_t i, const Scope* scope, const RowPath* up) {
    const Slot& s = layout.slots[i];
    const RowPath path{RowPath::What::slot, up, &layout, {}, i};
    for (std::size_t c = 0; c < s.checks.size(); ++c) condition(layout, row, i, c, scope, &path);
    if (limits_items(s)) items(s, row, i, &path);
    if (!s.item_key.empty()) keys(s, row, i, &path);
    if (s.layout && s.layout->checks_rules) below(s, row, i, scope, &path);
  }

  void below(const Slot& s, Row row, std::uint32_t i, const Scope* scope, const RowPath* path) {
    if (s.kind == Kind::record || s.kind == Kind::tuple)
      return this->row(*s.layout, {row.nested(i), s.layout->count()}, scope, path);
    if (s.kind == Kind::sum)
      return variant(*s.layout, {row.nested(i), s.layout->count()}, scope, path);
    const auto what = s.kind == Kind::map ? RowPath::What::key : RowPath::What::index;
    for_rows(s, row, i, trees_, [&](Row item, std::uint64_t index) {
      const RowPath step{what, path, s.layout, item, index};
      this->row(*s.layout, item, scope, &step);
    });
  }

  void variant(const Layout& sum, Row row, const Scope* scope, const RowPath* up) {
    const std::uint64_t which = row.raw(1);
    const Layout* payload = sum.payloads[which];
    if (!payload || !payload->checks_rules) return;
    const RowPath path{RowPath::What::variant, up, &sum, {}, which};
    this->row(*payload, {row.nested(2), payload->count()}, scope, &path);
  }

  std::string shown(const Layout& layout, Row row, std::uint32_t i) const {
    if (layout.slots[i].kind == Kind::secret) return "<secret>";
    std::string out;
    write_value(trees_, row, layout, i, false, out);
    return excerpt(out);
  }

  void condition(const Layout& layout, Row row, std::uint32_t i, std::size_t c, const Scope* scope,
                 const RowPath* path) {
    const Slot& s = layout.slots[i];
    const SlotValue it{row, &layout, i};
    const Scope none{row, &layout, nullptr, &trees_};
    try {
      if (s.checks[c]->test(scope ? *scope : none, &it)) return;
      add("KS0407", pointer(path),
          {{"value", shown(layout, row, i)}, {"condition", s.check_text[c]}}, s.check_at[c]);
    } catch (const Failure& failure) {
      add("KS0502", pointer(path), {{"rule", s.check_text[c]}, {"why", why(failure)}},
          s.check_at[c]);
    }
  }

  void items(const Slot& s, Row row, std::uint32_t i, const RowPath* path) {
    const std::uint64_t n = s.tree ? trees_[s.tree_index].rows : row.block(i, 1).count();
    for (const Refinement& r : s.refinements)
      if (n > 0xffff'ffffu || !length_fits(r.bounds, static_cast<std::uint32_t>(n)))
        add("KS0417", pointer(path),
            {{"length", std::to_string(n)}, {"bounds", length_bounds(r.bounds)}}, r.at);
  }

  // No two items of a list with @key have the same key.
  void keys(const Slot& s, Row row, std::uint32_t i, const RowPath* path) {
    std::set<std::string> seen;
    for_rows(s, row, i, trees_, [&](Row item, std::uint64_t index) {
      std::string key;
      for (const std::uint32_t k : s.item_key) {
        if (!key.empty()) key += ", ";
        write_value(trees_, item, *s.layout, k, false, key);
      }
      if (seen.insert(key).second) return;
      const RowPath step{RowPath::What::index, path, s.layout, item, index};
      std::string at = pointer(&step), name;
      for (const std::uint32_t k : s.item_key)
        name += (name.empty() ? "`" : ", `") + s.layout->slots[k].data_name + "`";
      if (s.item_key.size() == 1) put_pointer_step(at, s.layout->slots[s.item_key[0]].data_name);
      add("KS0412", std::move(at), {{"key", key}, {"name", name}}, {});
    });
  }

  void rule(const CompiledRule& r, const Layout& layout, const Scope& scope, const RowPath* path) {
    const RuleResult result = r.cond->judge(scope, r.message.get());
    if (result.holds && !result.failure) return;
    const std::string name(own_name(r.name)), here = pointer(path);
    Issue issue{.code = "KS0501",
                .values = {{"rule", name}, {"message", result.message}},
                .path = here + blame(r, layout, result)};
    if (result.failure) {
      issue.code = "KS0502";
      issue.values.back() = {"why", why(*result.failure)};
    }
    for (const std::string& read : result.read) issue.read.push_back(here + read);
    for (const std::string& read : result.context) issue.context.push_back(here + read);
    issue.steered = !r.place.empty();
    add(std::move(issue), r.at);
  }

  // Where the rule says, else what it was found to fail on.
  static std::string blame(const CompiledRule& r, const Layout& layout, const RuleResult& result) {
    if (r.place.empty())
      return result.element.empty() && !result.read.empty() ? result.read.front() : result.element;
    std::string out;
    const Layout* at = &layout;
    for (const std::string& name : r.place) {
      const int slot = at ? at->find_field(name) : -1;
      const Slot* s = slot > 0 ? &at->slots[static_cast<std::size_t>(slot)] : nullptr;
      put_pointer_step(out, s ? s->data_name : name);
      at = s ? s->layout : nullptr;
    }
    return out;
  }

  void add(const char* code, std::string path,
           std::vector<std::pair<std::string, std::string>> values, const ir::At& at) {
    add({.code = code, .values = std::move(values), .path = std::move(path)}, at);
  }

  void add(Issue issue, const ir::At& at) {
    issue.at_source = at.source;
    issue.at_begin = at.begin;
    issue.at_end = at.end;
    issues_.add(std::move(issue));
  }

  const std::vector<Tree>& trees_;
  IssueList& issues_;
};

}  // namespace

std::string why(const Failure& failure) {
  return failure.detail.empty() ? failure.code : failure.detail;
}

void check_rows(const Layout& root, Row row, const std::vector<Tree>& trees, IssueList& issues) {
  Checker(trees, issues).row(root, row, nullptr, nullptr);
}

}  // namespace kestrel
