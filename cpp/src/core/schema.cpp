// What a schema's layouts need once all of them are made: look-ups by name, programs, blank rows.
#include <algorithm>

#include "bounds.hpp"
#include "check.hpp"
#include "decode.hpp"
#include "formats.hpp"
#include "kestrel/eval.hpp"
#include "kestrel/row_writer.hpp"
#include "layout_builder.hpp"
#include "rows.hpp"
#include "text.hpp"

namespace kestrel {
namespace {

void set_bit(std::vector<std::uint64_t>& bits, std::uint32_t i) {
  bits[i / 64] |= std::uint64_t{1} << i % 64;
}

// Bytes of the constant defaults of one schema, each counted where it stands in another.
constexpr std::size_t kMaxDefaults = std::size_t{64} << 20;

[[noreturn]] void bad_default(const Slot& slot, const std::string& why, const ir::At& at) {
  throw Invalid{{{.code = "KS0503",
                  .values = {{"name", slot.name}, {"why", why}},
                  .path = "",
                  .at_source = at.source,
                  .at_begin = at.begin,
                  .at_end = at.end}}};
}

// Calls `f` with the index of each tree of a spine layout and of the spine layouts below it.
template <class F> void for_trees(const Layout& layout, F&& f) {
  if (!layout.spine) return;
  for (const Slot& slot : layout.slots)
    if (slot.tree)
      f(slot.tree_index);
    else if (slot.kind == Kind::record && slot.layout)
      for_trees(*slot.layout, f);
}

bool has_name(const Slot& slot) { return !slot.data_name.empty(); }

}  // namespace

std::shared_ptr<const Schema> Schema::compile(std::shared_ptr<const ir::Bundle> bundle) {
  auto schema = std::make_shared<Schema>();
  schema->bundle_ = std::move(bundle);
  LayoutBuilder(*schema).run();
  return schema;
}

void LayoutBuilder::index_all() {
  std::uint32_t id = 0;
  for (const auto& layout : schema_.layouts_) {
    layout->id = id++;
    index(*layout);
  }
  for (const auto& layout : schema_.layouts_)
    for (Slot& slot : layout->slots) find_item_key(slot);
  number_trees();
}

void LayoutBuilder::find_item_key(Slot& slot) {
  for (const std::string& name : slot.key_fields)
    if (const int at = slot.layout->find_field(name); at > 0)
      slot.item_key.push_back(static_cast<std::uint32_t>(at));
}

void LayoutBuilder::index(Layout& layout) {
  const std::uint32_t words = bitmap_words(layout.count());
  layout.required.resize(words);
  layout.part_bits.resize(words);
  layout.tree_bits.resize(words);
  layout.blank_parts.resize(words);
  for (std::uint32_t i = 0; i < layout.count(); ++i) {
    Slot& slot = layout.slots[i];
    slot.part = is_part(slot);
    slot.formatted = has_format(slot.scalar);
    slot.quoted = json_string(slot.data_name);
    slot.quick_name = i > 0 && has_name(slot) && !slot.flatten;
    if (slot.part) {
      layout.parts.push_back(i);
      set_bit(layout.part_bits, i);
    }
    if (slot.tree || (slot.layout != nullptr && slot.layout->spine)) set_bit(layout.tree_bits, i);
    if (i > 0 && slot.flatten) layout.flattened.push_back(i);
    if (i > 0 && slot.required && !layout.is_sum) set_bit(layout.required, i);
    if (i == 0 || !has_name(slot)) continue;
    layout.by_data.emplace(slot.data_name, i);
    layout.by_field.emplace(slot.name, i);
    layout.sorted.push_back(i);
  }
  for (std::uint32_t i = 1; i < layout.count(); ++i)
    for (const std::string& old : layout.slots[i].data_aliases) layout.by_data.emplace(old, i);
  std::sort(layout.sorted.begin(), layout.sorted.end(), [&](std::uint32_t a, std::uint32_t b) {
    return utf16_less(layout.slots[a].data_name, layout.slots[b].data_name);
  });
}

void LayoutBuilder::number_trees() {
  for (const auto& layout : schema_.layouts_)
    for (Slot& slot : layout->slots) {
      if (!slot.tree) continue;
      slot.tree_index = static_cast<std::uint32_t>(schema_.trees_.size());
      schema_.trees_.push_back(&slot);
    }
}

void LayoutBuilder::compile_all() {
  for (const Origin& origin : origins_) {
    compile_fields(origin);
    if (origin.record) compile_record(origin);
  }
  compile_conditions();
  make_blanks();
}

void LayoutBuilder::compile_fields(const Origin& origin) {
  for (std::size_t i = 0; i < origin.fields->size(); ++i) {
    const ir::Expr* fallback = (*origin.fields)[i].fallback;
    if (!fallback) continue;
    Slot& slot = origin.layout->slots[i + 1];
    slot.fallback = Program::compile(*fallback, schema_.bundle(), origin.layout);
    slot.fallback_at = fallback->at;
    slot.constant_fallback = slot.fallback->constant();
  }
}

void LayoutBuilder::compile_record(const Origin& origin) {
  Layout& layout = *origin.layout;
  const auto program = [&](const ir::Expr* e) {
    return e ? Program::compile(*e, schema_.bundle(), &layout) : nullptr;
  };
  for (const ir::Rule& rule : origin.record->rules)
    layout.rules.push_back({origin.record->name + "." + rule.name, program(rule.cond),
                            program(rule.message), rule.place, rule.at});
  for (const ir::When& when : origin.record->whens) {
    CompiledWhen& one = layout.whens.emplace_back();
    one.cond = program(when.cond);
    for (const auto& [path, value] : when.sets) one.sets.emplace_back(path, program(value));
  }
  auto slot = static_cast<std::uint32_t>(origin.fields->size());
  for (const ir::Compute& compute : origin.record->computes)
    layout.computes.emplace_back(++slot, program(compute.value));
}

void LayoutBuilder::compile_conditions() {
  for (const Condition& c : conditions_) {
    const Layout* self = is_scope(*c.layout) ? c.layout : nullptr;
    Slot& slot = c.layout->slots[c.slot];
    slot.checks.push_back(Program::compile(*c.where, schema_.bundle(), self));
    slot.check_at.push_back(c.where->at);
    slot.check_text.push_back(c.text);
  }
}

void LayoutBuilder::make_blanks() {
  for (const auto& layout : schema_.layouts_) make_blank(*layout);
}

// A default of a record opens rows of other layouts, whose blanks are then made first.
void LayoutBuilder::make_blank(Layout& layout) {
  if (!layout.blank.empty()) return;
  making_.push_back(&layout);
  RowWriter row(layout);
  std::vector<Tree> trees(schema_.trees_.size());
  for (std::uint32_t i = 1; i < layout.count(); ++i)
    if (layout.slots[i].constant_fallback) put_default(layout, i, row, trees);
  layout.blank = row.words();
  for_trees(layout, [&](std::uint32_t i) { layout.blank_trees.emplace_back(i, trees[i]); });
  making_.pop_back();
}

void LayoutBuilder::put_default(Layout& layout, std::uint32_t at, RowWriter& row,
                                std::vector<Tree>& trees) {
  const Slot& slot = layout.slots[at];
  const auto prepare = [&](const Layout& needed) {
    if (std::find(making_.begin(), making_.end(), &needed) != making_.end())
      bad_default(slot, "it needs itself", slot.fallback_at);
    for (const auto& other : schema_.layouts_)
      if (other.get() == &needed) make_blank(*other);
  };
  Doc doc;
  doc.schema_names = true;
  IssueList issues(1);
  std::vector<std::uint64_t> made;
  try {
    slot.fallback->evaluate(nullptr, doc);
    made = read_slot(layout, at, doc, trees, issues, schema_.layouts_.size(),
                     {.written = false, .schema_names = true, .prepare = prepare});
    issues.raise();
  } catch (const Failure& failure) {
    bad_default(slot, why(failure), failure.at);
  }
  const Row value(reinterpret_cast<const std::uint8_t*>(made.data()), layout.count());
  row.take(at, value, false);
  // `take` copies what is viewed only when the row is made: keep the bytes until then.
  kept_words_ += made.size();
  kept_.push_back(std::move(made));
  if (kept_words_ > kMaxDefaults / 8)
    bad_default(slot, "the defaults of this schema take too much memory", slot.fallback_at);
  if (slot.part && value.present(at)) set_bit(layout.blank_parts, at);
}

// `derives` and `checks_rules` hold where they hold of the layout itself or of one below it.
void LayoutBuilder::mark_all() {
  for (const auto& layout : schema_.layouts_) {
    layout->derives = !layout->whens.empty() || !layout->computes.empty();
    layout->checks_rules = !layout->rules.empty();
    for (const Slot& slot : layout->slots) {
      layout->derives |= slot.fallback && !slot.constant_fallback;
      layout->checks_rules |= !slot.checks.empty() || !slot.item_key.empty() || limits_items(slot);
    }
  }
  while (spread()) {
  }
}

bool LayoutBuilder::spread() {
  bool changed = false;
  for (const auto& layout : schema_.layouts_) {
    const bool derives = layout->derives, checks = layout->checks_rules;
    const auto join = [&](const Layout* below) {
      if (!below) return;
      layout->derives |= below->derives;
      layout->checks_rules |= below->checks_rules;
    };
    for (const Slot& slot : layout->slots) join(slot.layout);
    for (const Layout* payload : layout->payloads) join(payload);
    changed |= derives != layout->derives || checks != layout->checks_rules;
  }
  return changed;
}

}  // namespace kestrel
