// Records, sums, tuples and single values.
#include "diff.hpp"

#include <algorithm>
#include <bit>

namespace kestrel {

namespace {

constexpr std::string_view kNoMembers = "{}";

std::string_view text_or_empty_object(Row row, std::uint32_t slot) {
  return row.written(slot) ? row.text(slot) : kNoMembers;
}

Row nested(Row row, const Slot& s, std::uint32_t slot) {
  return {row.nested(slot), s.layout->count()};
}

// Calls f(slot, both) for slots that are written in either row, in order; `both`: written in both,
// and present in both or in neither.
template <class F>
void each_written(Row a, Row b, const Layout& layout, F f) {
  const std::uint32_t words = bitmap_words(layout.count());
  const auto word = [](Row row, std::uint32_t i) {
    return load<std::uint64_t>(row.bytes() + sizeof(RowHeader) + 8 * i);
  };
  for (std::uint32_t w = 0; w < words; ++w) {
    const std::uint64_t in_a = word(a, words + w), in_b = word(b, words + w);
    const std::uint64_t both = in_a & in_b & ~(word(a, w) ^ word(b, w));
    std::uint64_t bits = in_a | in_b;
    if (w == 0) bits &= ~std::uint64_t{1};  // the key is no member
    for (; bits != 0; bits &= bits - 1)
      f(64 * w + static_cast<std::uint32_t>(std::countr_zero(bits)), (both & bits & -bits) != 0);
  }
}

// Equal for sure; a spine's collections and records are always looked into.
inline bool same_value(Row a, Row b, const Slot& s, std::uint32_t slot) {
  if (!s.part) return a.raw(slot) == b.raw(slot) && !s.tree;
  return a.text(slot) == b.text(slot) && !(s.layout != nullptr && s.layout->spine);
}

bool is_rest(const Layout& layout, std::uint32_t slot) {
  return layout.open && slot + 1 == layout.count();
}

// How alike two values of a slot are: 2 equal, 1 of one kind and to be looked into, 0 different.
std::uint32_t likeness(Row a, Row b, const Layout& layout, std::uint32_t slot) {
  if (!a.present(slot) || !b.present(slot)) return 0;
  if (slot_bytes(a, layout, slot) == slot_bytes(b, layout, slot)) return 2;
  const Slot& s = layout.slots[slot];
  if (s.kind == Kind::sum) return nested(a, s, slot).raw(1) == nested(b, s, slot).raw(1);
  if (s.kind == Kind::json) return a.text(slot).front() == b.text(slot).front();
  return s.layout != nullptr;
}

}  // namespace

std::string_view slot_bytes(Row row, const Layout& layout, std::uint32_t slot) {
  if (layout.slots[slot].part) return row.text(slot);
  const std::uint8_t* number = row.bytes() + layout.fixed() - 8 * (layout.count() - slot);
  return {reinterpret_cast<const char*>(number), 8};
}

bool similar_rows(Row a, Row b, const Layout& layout) {
  if (layout.wraps) return likeness(a, b, layout, 1) > 0;
  std::uint32_t slots = 0, score = 0, different = 0;
  each_written(a, b, layout, [&](std::uint32_t slot, bool both) {
    const std::uint32_t alike = both ? likeness(a, b, layout, slot) : 0;
    ++slots;
    score += alike;
    different += alike == 0;
  });
  return score >= slots || different <= 1;
}

void Differ::run() {
  const Schema& schema = out_.a->schema();
  out_.changes.reserve(128);
  out_.path_steps.reserve(512);
  out_.row_edits.reserve(128);
  out_.tree_edited.assign(out_.a->trees().size(), 0);
  if (schema.root_is_record())
    record(out_.a->root(), out_.b->root(), schema.root());
  else
    value(out_.a->root(), out_.b->root(), schema.root(), 1);
  const auto by_tree = [](const RowEdit& x, const RowEdit& y) { return x.tree < y.tree; };
  if (!std::is_sorted(out_.row_edits.begin(), out_.row_edits.end(), by_tree))
    std::stable_sort(out_.row_edits.begin(), out_.row_edits.end(), by_tree);
}

// Most members of two rows that differ are equal: those are passed over first of all.
void Differ::record(Row a, Row b, const Layout& layout) {
  each_written(a, b, layout, [&](std::uint32_t slot, bool both) {
    if (both && same_value(a, b, layout.slots[slot], slot)) return;
    if (layout.slots[slot].flatten) return flattened(a, b, layout, slot);
    if (is_rest(layout, slot)) return rest(a, b, layout);
    member(a, b, layout, slot);
  });
}

void Differ::member(Row a, Row b, const Layout& layout, std::uint32_t slot) {
  const Step step(*this, {What::slot, 0, &layout.slots[slot], nullptr, {}});
  if (!a.written(slot)) return emit(ChangeOp::add, ChangeRule::set, {}, b, layout, slot);
  if (!b.written(slot)) return emit(ChangeOp::remove, ChangeRule::removed, a, {}, layout, slot);
  value(a, b, layout, slot);
}

void Differ::rest(Row a, Row b, const Layout& layout) {
  const std::uint32_t slot = layout.count() - 1;
  json(text_or_empty_object(a, slot), text_or_empty_object(b, slot));
}

// A flattened record's members are its parent's; where it is not written it has none.
void Differ::flattened(Row a, Row b, const Layout& layout, std::uint32_t slot) {
  const Slot& s = layout.slots[slot];
  if (s.kind != Kind::record || (a.written(slot) && b.written(slot)))
    return value(a, b, layout, slot);
  const bool added = b.written(slot);
  const Row row = nested(added ? b : a, s, slot);
  const Row none(reinterpret_cast<const std::uint8_t*>(s.layout->blank.data()), row.slots());
  added ? record(none, row, *s.layout) : record(row, none, *s.layout);
}

void Differ::value(Row a, Row b, const Layout& layout, std::uint32_t slot) {
  if (a.present(slot) == b.present(slot)) {
    const Slot& s = layout.slots[slot];
    if (!a.present(slot) || descend(a, b, s, slot)) return;
    if (s.layout == nullptr && slot_bytes(a, layout, slot) == slot_bytes(b, layout, slot)) return;
  }
  const bool secret = layout.slots[slot].kind == Kind::secret;
  emit(ChangeOp::replace, secret ? ChangeRule::secret_rotated : ChangeRule::replaced, a, b, layout,
       slot);
}

// Looks for changes inside two values; false where there is no inside, or only the whole can be
// replaced.
bool Differ::descend(Row a, Row b, const Slot& s, std::uint32_t slot) {
  switch (s.kind) {
    case Kind::record:
      if (s.layout->spine || !nested(a, s, slot).same_bytes(nested(b, s, slot)))
        record(nested(a, s, slot), nested(b, s, slot), *s.layout);
      return true;
    case Kind::sum: return sum(nested(a, s, slot), nested(b, s, slot), *s.layout);
    case Kind::tuple: return tuple(nested(a, s, slot), nested(b, s, slot), *s.layout);
    case Kind::list: return list(a, b, s, slot), true;
    case Kind::map: return map(a, b, s, slot), true;
    case Kind::set: return set(a, b, s, slot), true;
    case Kind::json: return json(a.text(slot), b.text(slot)), true;
    default: return false;
  }
}

bool Differ::sum(Row a, Row b, const Layout& layout) {
  if (a.same_bytes(b)) return true;
  const std::uint64_t variant = a.raw(1);
  if (variant != b.raw(1)) return false;
  const Layout* payload = layout.payloads[variant];
  if (payload == nullptr) return true;
  const Row pa(a.nested(2), payload->count()), pb(b.nested(2), payload->count());
  const bool by_name = layout.tag.empty() && !layout.untagged;
  if (!by_name) return payload_values(pa, pb, *payload);
  const Step step(*this, {What::member, 0, nullptr, nullptr, layout.variant_data[variant]});
  return payload_values(pa, pb, *payload);
}

bool Differ::payload_values(Row a, Row b, const Layout& payload) {
  if (!payload.is_tuple) return record(a, b, payload), true;
  if (payload.count() > 2) return tuple(a, b, payload);
  if (a.present(1) != b.present(1)) return false;
  return value(a, b, payload, 1), true;
}

// Items have their places: one that comes or goes makes another tuple.
bool Differ::tuple(Row a, Row b, const Layout& layout) {
  for (std::uint32_t i = 1; i < layout.count(); ++i)
    if (a.present(i) != b.present(i)) return false;
  for (std::uint32_t i = 1; i < layout.count(); ++i) {
    const Step step(*this, {What::index, i - 1, nullptr, nullptr, {}});
    value(a, b, layout, i);
  }
  return true;
}

void Differ::item(Row a, Row b, const Layout& layout) {
  layout.wraps ? value(a, b, layout, 1) : record(a, b, layout);
}

Change& Differ::emit(ChangeOp op, ChangeRule rule) {
  Change& change = out_.changes.emplace_back();
  change.op = op;
  change.rule = rule;
  change.first_step = static_cast<std::uint32_t>(out_.path_steps.size());
  change.steps = static_cast<std::uint32_t>(path_.size());
  out_.path_steps.insert(out_.path_steps.end(), path_.begin(), path_.end());
  return change;
}

void Differ::emit(ChangeOp op, ChangeRule rule, Row a, Row b, const Layout& layout,
                  std::uint32_t slot) {
  Change& change = emit(op, rule);
  change.old_row = a;
  change.new_row = b;
  change.layout = &layout;
  change.slot = slot;
}

void Differ::edit(RowEdit::What what, std::uint64_t at, const std::uint8_t* row) {
  if (tree_ != kNone) out_.row_edits.push_back({what, tree_, at, row});
}

std::shared_ptr<const ChangeSet> compare(const SnapshotPtr& a, const SnapshotPtr& b) {
  auto out = std::make_shared<ChangeSet>();
  out->a = a;
  out->b = b;
  if (a != b) Differ(*out).run();
  return out;
}

}  // namespace kestrel
