// Decoder: lists, maps, sets, tuples.
#pragma once

#include <unordered_set>

#include "decode_rows.hpp"

namespace kestrel {

// Rows one after the other at the end of the bytes: where each begins, and which value it came from.
template <class S> struct Decoder<S>::Rows {
  const Layout& layout;
  std::uint32_t from;
  std::vector<std::uint32_t> starts;
  std::vector<Mark> marks;
};

template <class S> bool Decoder<S>::read_list(const Slot& slot, Target t) {
  if (in_.shape() != Shape::list) return wrong(slot, in_.mark());
  Rows rows{*slot.layout, out_.size(), {}, {}};
  for (auto c = in_.open_list(); in_.more(c);) {
    rows.starts.push_back(out_.size());
    const Entered step(*this, Step::index, static_cast<std::uint32_t>(rows.starts.size() - 1));
    item(*slot.layout);
  }
  put_collection(slot, t, rows);
  return true;
}

template <class S> bool Decoder<S>::read_map(const Slot& slot, Target t) {
  if (in_.shape() != Shape::map) return wrong(slot, in_.mark());
  Rows rows{*slot.layout, out_.size(), {}, {}};
  for (auto c = in_.open_map(); in_.more(c);) {
    const std::string_view key = in_.key();
    rows.starts.push_back(out_.size());
    rows.marks.push_back(in_.last_key());
    const Entered step(*this, Step::member, in_.last_key());
    entry(*slot.layout, key, in_.last_key());
  }
  put_collection(slot, t, rows);
  return true;
}

template <class S> bool Decoder<S>::read_set(const Slot& slot, Target t) {
  if (in_.shape() != Shape::list) return wrong(slot, in_.mark());
  const Layout& layout = *slot.layout;
  Rows rows{layout, out_.size(), {}, {}};
  for (auto c = in_.open_list(); in_.more(c);) {
    const Entered step(*this, Step::index, static_cast<std::uint32_t>(rows.starts.size()));
    const std::uint32_t row = open_row(layout);
    rows.starts.push_back(row);
    if (in_.shape() == Shape::null)
      wrong(layout.slots[0], in_.mark());
    else if (value(layout.slots[0], target(layout, row, 0)) == Outcome::value)
      set_present(layout, row, 0);
    store(out_.data() + row, RowHeader{out_.size() - row, layout.fixed()});
  }
  put_collection(slot, t, rows);
  return true;
}

template <class S> void Decoder<S>::item(const Layout& layout) {
  element_value(layout, open_row(layout), false);
}

template <class S> void Decoder<S>::entry(const Layout& layout, std::string_view key, Mark mark) {
  const std::uint32_t row = open_row(layout);
  if (key_value(layout.slots[0], target(layout, row, 0), mark, key)) set_present(layout, row, 0);
  element_value(layout, row, true);
}

// The value of an item or an entry: a record's members, or what a wrapper holds.
template <class S>
void Decoder<S>::element_value(const Layout& layout, std::uint32_t row, bool keyed) {
  Record record(layout, row, in_.mark());
  if (keyed) record.given.add(0);
  if (!layout.wraps) {
    fields(record);
    return;
  }
  if (value(layout.slots[1], target(layout, row, 1)) == Outcome::value) set_present(layout, row, 1);
  store(out_.data() + row, RowHeader{out_.size() - row, layout.fixed()});
}

template <class S>
bool Decoder<S>::in_key_order(const Layout& layout, const std::vector<const std::uint8_t*>& rows) const {
  const std::uint32_t n = layout.count();
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (compare_keys(layout, {rows[i - 1], n}, {rows[i], n}) >= 0) return false;
  return true;
}

// By key; of a set's equal items one stays, a map's equal keys are an error.
template <class S>
void Decoder<S>::sort_rows(const Slot& slot, Rows& rows, std::vector<const std::uint8_t*>& pointers) {
  const std::uint32_t n = rows.layout.count();
  const auto order = [&](std::uint32_t a, std::uint32_t b) {
    return compare_keys(rows.layout, {pointers[a], n}, {pointers[b], n});
  };
  std::vector<std::uint32_t> places(pointers.size());
  for (std::uint32_t i = 0; i < places.size(); ++i) places[i] = i;
  std::stable_sort(places.begin(), places.end(), [&](auto a, auto b) { return order(a, b) < 0; });
  std::vector<const std::uint8_t*> sorted;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i > 0 && order(places[i - 1], places[i]) == 0) {
      if (slot.kind == Kind::set || !Row(pointers[places[i]], n).present(0)) continue;
      const Mark mark = rows.marks[places[i]];
      const Entered step(*this, Step::member, mark);
      report("KS0405", in_.key_span(mark), {{"name", in_.key_text(mark)}});
    }
    sorted.push_back(pointers[places[i]]);
  }
  pointers = std::move(sorted);
}

// The rows become the slot's value: a tree of the snapshot, or a block in the row.
template <class S> void Decoder<S>::put_collection(const Slot& slot, Target t, Rows& rows) {
  const std::uint32_t size = out_.size() - rows.from;
  const std::uint8_t* base = out_.data() + rows.from;
  if (!slot.tree) {
    scratch_.truncate(0);
    scratch_.append(base, size);
    base = scratch_.data();
  }
  std::vector<const std::uint8_t*> pointers;
  pointers.reserve(rows.starts.size());
  for (const std::uint32_t start : rows.starts) pointers.push_back(base + (start - rows.from));
  if (slot.kind != Kind::list && !in_key_order(rows.layout, pointers)) sort_rows(slot, rows, pointers);
  out_.truncate(rows.from);
  if (slot.tree) {
    TreeBuilder builder;
    for (const std::uint8_t* row : pointers) builder.add(row, load<std::uint32_t>(row));
    trees_[slot.tree_index] = builder.finish();
    return;
  }
  const Ref block = append_block(out_, pointers);
  store(out_.data() + t.at, block.size == 0 ? Ref{} : Ref{block.offset - t.row, block.size});
}

template <class S> bool Decoder<S>::read_tuple(const Slot& slot, Target t) {
  if (in_.shape() != Shape::list) return wrong(slot, in_.mark());
  const std::uint32_t row = open_row(*slot.layout);
  if (!tuple_items(*slot.layout, row)) return false;
  put_nested(t, row);
  return true;
}

// The items of the list at the cursor: as many as the layout has.
template <class S> bool Decoder<S>::tuple_items(const Layout& layout, std::uint32_t row) {
  const Mark mark = in_.mark();
  std::uint32_t n = 0;
  const std::uint32_t wanted = layout.count() - 1;
  for (auto c = in_.open_list(); in_.more(c);) {
    const Entered step(*this, Step::index, n);
    if (++n > wanted)
      in_.skip();
    else if (value(layout.slots[n], target(layout, row, n)) == Outcome::value)
      set_present(layout, row, n);
  }
  store(out_.data() + row, RowHeader{out_.size() - row, layout.fixed()});
  if (n == wanted) return true;
  return reject("KS0401", mark, {{"expected", "a list of " + std::to_string(wanted)},
                                 {"found", "a list of " + std::to_string(n)}});
}

}  // namespace kestrel
