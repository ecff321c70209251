// Decoder: lists, maps, sets, tuples.
#pragma once

#include <unordered_set>

#include "decode_rows.hpp"

namespace kestrel {

// The rows of a collection, one after the other at the end of the bytes. Those of a tree move to
// chunks while they are warm.
template <class S> struct Decoder<S>::Rows {
  const Slot& slot;
  std::uint32_t from;
  std::vector<std::uint32_t> starts = {};
  std::vector<Mark> marks = {};  // maps: the keys
  std::vector<Shared<Chunk>> chunks = {};
  bool ordered = true;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;  // of the chunks

  const Layout& layout() const { return *slot.layout; }
};

// Notes that a row begins; which one it is.
template <class S> std::uint64_t Decoder<S>::next_row(Rows& rows) {
  if (rows.slot.tree && rows.starts.size() == kFan) flush(rows);
  rows.starts.push_back(out_.size());
  return rows.count++;
}

template <class S> bool Decoder<S>::read_list(const Slot& slot, Target t) {
  if (in_.shape() != Shape::list) return wrong(slot, in_.mark());
  Rows rows{slot, out_.size()};
  for (auto c = in_.open_list(); in_.more(c);) {
    const Entered step(*this, Step::index, static_cast<std::uint32_t>(next_row(rows)));
    element_value(*slot.layout, open_row(*slot.layout), false);
  }
  put_collection(t, rows);
  return true;
}

template <class S> bool Decoder<S>::read_map(const Slot& slot, Target t) {
  if (in_.shape() != Shape::map) return wrong(slot, in_.mark());
  Rows rows{slot, out_.size()};
  for (auto c = in_.open_map(); in_.more(c);) {
    const std::string_view key = in_.key();
    next_row(rows);
    rows.marks.push_back(in_.last_key());
    const Entered step(*this, Step::member, in_.last_key());
    entry(*slot.layout, key, in_.last_key());
  }
  put_collection(t, rows);
  return true;
}

template <class S> bool Decoder<S>::read_set(const Slot& slot, Target t) {
  if (in_.shape() != Shape::list) return wrong(slot, in_.mark());
  const Layout& layout = *slot.layout;
  Rows rows{slot, out_.size()};
  for (auto c = in_.open_list(); in_.more(c);) {
    const Entered step(*this, Step::index, static_cast<std::uint32_t>(next_row(rows)));
    const std::uint32_t row = open_row(layout);
    if (in_.shape() == Shape::null)
      wrong(layout.slots[0], in_.mark());
    else if (value(layout.slots[0], target(layout, row, 0)) == Outcome::value)
      set_present(layout, row, 0);
    store(out_.data() + row, RowHeader{out_.size() - row, layout.fixed()});
  }
  put_collection(t, rows);
  return true;
}

template <class S> void Decoder<S>::entry(const Layout& layout, std::string_view key, Mark mark) {
  const std::uint32_t row = open_row(layout);
  const bool keyed = key_value(layout.slots[0], target(layout, row, 0), mark, key);
  if (keyed) set_present(layout, row, 0);
  element_value(layout, row, keyed);
}

// The value of an item or an entry: a record's members, or what a wrapper holds.
template <class S>
void Decoder<S>::element_value(const Layout& layout, std::uint32_t row, bool keyed) {
  Record record(layout, row, in_.mark());
  if (keyed) record.seen.add(0);
  if (!layout.wraps) {
    fields(record);
    return;
  }
  if (value(layout.slots[1], target(layout, row, 1)) == Outcome::value) set_present(layout, row, 1);
  store(out_.data() + row, RowHeader{out_.size() - row, layout.fixed()});
}

template <class S>
bool Decoder<S>::in_key_order(const Layout& layout, const RowPointers& rows) const {
  const std::uint32_t n = layout.count();
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (compare_keys(layout, {rows[i - 1], n}, {rows[i], n}) >= 0) return false;
  return true;
}

// By key; of a set's equal items one stays, a map's equal keys are an error.
template <class S> void Decoder<S>::sort_rows(Rows& rows, RowPointers& pointers) {
  const std::uint32_t n = rows.layout().count();
  const auto order = [&](std::uint32_t a, std::uint32_t b) {
    return compare_keys(rows.layout(), {pointers[a], n}, {pointers[b], n});
  };
  std::vector<std::uint32_t> places(pointers.size());
  for (std::uint32_t i = 0; i < places.size(); ++i) places[i] = i;
  std::stable_sort(places.begin(), places.end(), [&](auto a, auto b) { return order(a, b) < 0; });
  RowPointers sorted;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i > 0 && order(places[i - 1], places[i]) == 0) {
      if (rows.slot.kind == Kind::set || !Row(pointers[places[i]], n).present(0)) continue;
      const Mark mark = rows.marks[places[i]];
      const Entered step(*this, Step::member, mark);
      report("KS0405", in_.key_span(mark), {{"name", in_.key_text(mark)}});
    }
    sorted.push_back(pointers[places[i]]);
  }
  pointers = std::move(sorted);
}

template <class S> void Decoder<S>::put_collection(Target t, Rows& rows) {
  if (rows.slot.tree)
    put_tree(rows);
  else
    put_block(t, rows);
}

template <class S> void Decoder<S>::put_block(Target t, Rows& rows) {
  const std::uint32_t size = out_.size() - rows.from;
  scratch_.truncate(0);
  scratch_.append(out_.data() + rows.from, size);
  out_.truncate(rows.from);
  RowPointers pointers;
  pointers.reserve(rows.starts.size());
  for (const std::uint32_t start : rows.starts)
    pointers.push_back(scratch_.data() + (start - rows.from));
  if (rows.slot.kind != Kind::list && !in_key_order(rows.layout(), pointers))
    sort_rows(rows, pointers);
  const Ref block = append_block(out_, pointers);
  store(out_.data() + t.at, block.size == 0 ? Ref{} : Ref{block.offset - t.row, block.size});
}

// The rows since the last time become a chunk.
template <class S> void Decoder<S>::flush(Rows& rows) {
  if (rows.starts.empty()) return;
  const std::uint32_t size = out_.size() - rows.from;
  check_size(rows.bytes += size);
  Shared<Chunk> chunk(Chunk::make(size));
  chunk->count = static_cast<std::uint32_t>(rows.starts.size());
  for (std::uint32_t i = 0; i < chunk->count; ++i) chunk->offset[i] = rows.starts[i] - rows.from;
  chunk->offset[chunk->count] = size;
  std::memcpy(chunk->data, out_.data() + rows.from, size);
  out_.truncate(rows.from);
  rows.starts.clear();
  if (rows.slot.kind != Kind::list) {
    RowPointers pointers;
    if (!rows.chunks.empty())
      pointers.push_back(rows.chunks.back()->row(rows.chunks.back()->count - 1));
    for (std::uint32_t i = 0; i < chunk->count; ++i) pointers.push_back(chunk->row(i));
    rows.ordered = rows.ordered && in_key_order(rows.layout(), pointers);
  }
  rows.chunks.push_back(std::move(chunk));
}

template <class S> void Decoder<S>::put_tree(Rows& rows) {
  flush(rows);
  TreeBuilder builder;
  if (rows.ordered) {
    for (const auto& chunk : rows.chunks) builder.add_chunk(chunk);
  } else {
    RowPointers pointers;
    for (const auto& chunk : rows.chunks)
      for (std::uint32_t i = 0; i < chunk->count; ++i) pointers.push_back(chunk->row(i));
    sort_rows(rows, pointers);
    for (const std::uint8_t* row : pointers) builder.add(row, load<std::uint32_t>(row));
  }
  trees_[rows.slot.tree_index] = builder.finish();
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
  return reject("KS0401", mark,
                {{"expected", "a list of " + std::to_string(wanted)},
                 {"found", "a list of " + std::to_string(n)}});
}

}  // namespace kestrel
