// Records, sums, tuples and single values.
#include "diff.hpp"

#include <algorithm>
#include <bit>

namespace kestrel {

namespace {

constexpr std::string_view kNoMembers = "{}";

std::string_view text_or_empty_object(Row row, std::uint32_t slot, bool stands) {
  return stands ? row.text(slot) : kNoMembers;
}

Row nested(Row row, const Slot& s, std::uint32_t slot) {
  return {row.nested(slot), s.layout->count()};
}

// Word `w` of the bitmaps of two rows of one layout.
struct Bits {
  Bits(Row a, Row b, std::uint32_t w, Compared what) {
    const std::uint32_t words = what == Compared::written ? bitmap_words(a.slots()) : 0;
    const auto word = [](Row row, std::uint32_t i) {
      return load<std::uint64_t>(row.bytes() + sizeof(RowHeader) + 8 * i);
    };
    const std::uint64_t in_a = word(a, words + w), in_b = word(b, words + w);
    const std::uint64_t key = w == 0;  // is no member
    written = (in_a | in_b) & ~key;
    both = in_a & in_b & ~(word(a, w) ^ word(b, w)) & ~key;
  }
  std::uint64_t written, both;  // stand in either; in both, and present in both or in neither
};

// Calls f(slot) for the bits of word `w` that are set, in order.
template <class F>
inline void each_bit(std::uint64_t bits, std::uint32_t w, const F& f) {
  for (; bits != 0; bits &= bits - 1) f(64 * w + static_cast<std::uint32_t>(std::countr_zero(bits)));
}

// Calls f(slot, both) for slots that stand in either row, in order.
template <class F>
void each_written(Row a, Row b, const Layout& layout, Compared what, const F& f) {
  for (std::uint32_t w = 0; w < bitmap_words(layout.count()); ++w) {
    const Bits bits(a, b, w, what);
    each_bit(bits.written, w,
             [&](std::uint32_t slot) { f(slot, (bits.both >> slot % 64 & 1) != 0); });
  }
}

bool same_value(Row a, Row b, const Slot& s, std::uint32_t slot) {
  return s.part ? a.text(slot) == b.text(slot) : a.raw(slot) == b.raw(slot);
}

// Slots of word `w` whose 8 bytes differ.
std::uint64_t unequal_words(Row a, Row b, std::uint32_t w) {
  std::uint64_t bits = 0;
  const std::uint32_t count = std::min(a.slots() - 64 * w, 64u);
  for (std::uint32_t i = 0; i < count; ++i)
    bits |= std::uint64_t{a.raw(64 * w + i) != b.raw(64 * w + i)} << i;
  return bits;
}

bool same_tail(Row a, Row b) {
  const auto tail = [](Row row) { return load<std::uint32_t>(row.bytes() + 4); };
  return a.size() == b.size() &&
         std::memcmp(a.bytes() + tail(a), b.bytes() + tail(b), a.size() - tail(a)) == 0;
}

// Of the slots of word `w`, those that stand in either row and do not hold the same; most
// members of two rows that differ are equal. A spine's trees and records are always among them.
// `tails`: the rows' tails are equal, so that a part differs only if its Ref does.
std::uint64_t unequal_members(Row a, Row b, const Layout& layout, std::uint32_t w, bool tails,
                              Compared what) {
  const Bits bits(a, b, w, what);
  std::uint64_t unequal = unequal_words(a, b, w);
  const std::uint64_t doubtful = bits.both & layout.part_bits[w] & (tails ? unequal : ~0ull);
  each_bit(doubtful, w, [&](std::uint32_t slot) {
    const std::uint64_t bit = std::uint64_t{1} << slot % 64;
    unequal = a.text(slot) == b.text(slot) ? unequal & ~bit : unequal | bit;
  });
  return (unequal | layout.tree_bits[w] | ~bits.both) & bits.written;
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

bool similar_rows(Row a, Row b, const Layout& layout, Compared what) {
  if (layout.wraps) return likeness(a, b, layout, 1) > 0;
  std::uint32_t slots = 0, score = 0, different = 0;
  each_written(a, b, layout, what, [&](std::uint32_t slot, bool both) {
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
  out_.path_steps.reserve(256);
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

void Differ::record(Row a, Row b, const Layout& layout) {
  const bool tails = same_tail(a, b);
  for (std::uint32_t w = 0; w < bitmap_words(a.slots()); ++w)
    each_bit(unequal_members(a, b, layout, w, tails, what_), w, [&](std::uint32_t slot) {
      if (layout.slots[slot].flatten) return flattened(a, b, layout, slot);
      if (is_rest(layout, slot)) return rest(a, b, layout);
      member(a, b, layout, slot);
    });
}

void Differ::member(Row a, Row b, const Layout& layout, std::uint32_t slot) {
  const Step step(*this, What::slot, &layout.slots[slot], nullptr);
  if (!stands(a, slot)) return emit(ChangeOp::add, ChangeRule::set, {}, b, layout, slot);
  if (!stands(b, slot)) return emit(ChangeOp::remove, ChangeRule::removed, a, {}, layout, slot);
  value(a, b, layout, slot);
}

void Differ::rest(Row a, Row b, const Layout& layout) {
  const std::uint32_t slot = layout.count() - 1;
  json(text_or_empty_object(a, slot, stands(a, slot)),
       text_or_empty_object(b, slot, stands(b, slot)));
}

// A flattened record's members are its parent's; where it is not written it has none.
void Differ::flattened(Row a, Row b, const Layout& layout, std::uint32_t slot) {
  const Slot& s = layout.slots[slot];
  if (s.kind != Kind::record || (stands(a, slot) && stands(b, slot)))
    return value(a, b, layout, slot);
  const bool added = stands(b, slot);
  const Row row = nested(added ? b : a, s, slot);
  const Row none(reinterpret_cast<const std::uint8_t*>(s.layout->blank.data()), row.slots());
  added ? record(none, row, *s.layout) : record(row, none, *s.layout);
}

void Differ::value(Row a, Row b, const Layout& layout, std::uint32_t slot) {
  if (a.present(slot) == b.present(slot)) {
    const Slot& s = layout.slots[slot];
    if (!a.present(slot) || descend(a, b, s, slot)) return;
    if (s.layout == nullptr && same_value(a, b, s, slot)) return;
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
  const Step step(*this, What::member, layout.variant_data[variant]);
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
    const Step step(*this, What::index, nullptr, nullptr, i - 1);
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
  change.step = step_;
  return change;
}

void Differ::emit(ChangeOp op, ChangeRule rule, Row a, Row b, const Layout& layout,
                  std::uint32_t slot) {
  Change& change = emit(op, rule);
  change.slot = slot;
  change.layout = &layout;
  change.old_at = a.bytes();
  change.new_at = b.bytes();
}

void Differ::edit(RowEdit::What what, std::uint64_t at, const std::uint8_t* row) {
  if (tree_ == kNone) return;
  RowEdit& edit = out_.row_edits.emplace_back();
  edit.what = what;
  edit.tree = tree_;
  edit.at = at;
  edit.row = row;
}

std::shared_ptr<const ChangeSet> compare(const SnapshotPtr& a, const SnapshotPtr& b,
                                         bool effective) {
  auto out = std::make_shared<ChangeSet>();
  out->effective = effective;
  out->a = a;
  out->b = b;
  if (a != b) Differ(*out).run();
  return out;
}

}  // namespace kestrel
