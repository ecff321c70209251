// Maps and sets: rows sorted by key, merged.
#include "diff_collection.hpp"

namespace kestrel {

namespace {

// A key that is a part is compared with its padding, word by word.
bool same_key(Row a, Row b, const Layout& element) {
  if (a.raw(0) != b.raw(0)) return false;
  if (!element.slots[0].part) return true;
  const std::size_t size = align8(a.ref(0).size);
  return equal_bytes(a.nested(0), b.nested(0), size) == size;
}

// Passes over what is equal. Less than, equal to or greater than 0: the key only of a, of both,
// only of b.
template <class Cursor>
std::optional<int> next_difference(Cursor& a, Cursor& b, const Layout& element) {
  Cursor::skip_equal(a, b);
  if (!a.done() && !b.done()) {
    const Row row_a = a.row(), row_b = b.row();
    return same_key(row_a, row_b, element) ? 0 : compare_keys(element, row_a, row_b);
  }
  if (!a.done()) return -1;
  if (!b.done()) return 1;
  return std::nullopt;
}

}  // namespace

template <class Cursor>
void Differ::merge_map(Cursor a, Cursor b, const Slot& s) {
  const Layout& element = *s.layout;
  const std::uint32_t slot = element.wraps ? 1 : kWholeRow;
  while (const auto order = next_difference(a, b, element)) {
    const Row row = *order <= 0 ? a.row() : b.row();
    const Step step(*this, What::key, &s, row.bytes());
    if (*order == 0) {
      edit(RowEdit::What::replace, a.index(), b.row().bytes());
      inside([&] { item(a.row(), b.row(), element); });
    } else if (*order < 0) {
      edit(RowEdit::What::erase, a.index(), nullptr);
      emit(ChangeOp::remove, ChangeRule::item_removed, row, {}, element, slot);
    } else {
      edit(RowEdit::What::insert, a.index(), row.bytes());
      emit(ChangeOp::add, ChangeRule::item_added, {}, row, element, slot);
    }
    if (*order <= 0) a.next();
    if (*order >= 0) b.next();
  }
}

// In the document a set is a sorted array: what comes and goes shifts the others.
template <class Cursor>
void Differ::merge_set(Cursor a, Cursor b, const Slot& s) {
  struct Item {
    std::uint32_t index;
    Row row;
  };
  std::vector<Item> removed, added;
  while (const auto order = next_difference(a, b, *s.layout)) {
    if (*order == 0) {  // equal keys of unequal rows: no such set
      a.next();
      b.next();
    } else if (*order < 0) {
      edit(RowEdit::What::erase, a.index(), nullptr);
      removed.push_back({a.index(), a.row()});
      a.next();
    } else {
      edit(RowEdit::What::insert, a.index(), b.row().bytes());
      added.push_back({b.index(), b.row()});
      b.next();
    }
  }
  for (auto item = removed.rbegin(); item != removed.rend(); ++item) {
    const Step step(*this, What::index, &s, nullptr, item->index);
    emit(ChangeOp::remove, ChangeRule::item_removed, item->row, {}, *s.layout, 0);
  }
  for (const Item& item : added) {
    const Step step(*this, What::index, &s, nullptr, item.index);
    emit(ChangeOp::add, ChangeRule::item_added, {}, item.row, *s.layout, 0);
  }
}

void Differ::map(Row a, Row b, const Slot& s, std::uint32_t slot) {
  collection(a, b, s, slot, [&](auto rows_a, auto rows_b) { merge_map(rows_a, rows_b, s); });
}

void Differ::set(Row a, Row b, const Slot& s, std::uint32_t slot) {
  collection(a, b, s, slot, [&](auto rows_a, auto rows_b) { merge_set(rows_a, rows_b, s); });
}

}  // namespace kestrel
