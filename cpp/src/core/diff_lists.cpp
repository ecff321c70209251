// Lists: what is shared or equal at the edges is passed over, the rest is aligned.
#include <algorithm>
#include <span>
#include <string>
#include <unordered_map>

#include "diff_collection.hpp"
#include "kestrel/codec.hpp"

namespace kestrel {

namespace {

using Rows = std::vector<const std::uint8_t*>;

// Equal texts get equal numbers.
class Ids {
 public:
  std::uint32_t of(std::string text) {
    return ids_.try_emplace(std::move(text), static_cast<std::uint32_t>(ids_.size())).first->second;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> ids_;
};

// The values of an item's key, each told apart from absence and from its neighbour.
std::string key_of(Row row, const Slot& list) {
  std::string key;
  for (const std::uint32_t slot : list.item_key) {
    const bool present = row.present(slot);
    const std::string_view bytes = present ? slot_bytes(row, *list.layout, slot) : "";
    key += present ? std::to_string(bytes.size()) + ':' : "-";
    key += bytes;
  }
  return key;
}

// Rows that derive something may differ while their documents are equal.
std::string document_of(Row row, const Layout& element, const Snapshot& snapshot) {
  std::string json;
  if (element.wraps)
    write_slot(snapshot, row, element, 1, true, json);
  else
    write_row(snapshot, row, element, true, json);
  return json;
}

std::string identity(Row row, const Slot& list, const Snapshot& snapshot) {
  if (!list.item_key.empty()) return key_of(row, list);
  if (list.layout->derives) return document_of(row, *list.layout, snapshot);
  return {reinterpret_cast<const char*>(row.bytes()), row.size()};
}

// Calls f(i, i_end, j, j_end) for stretches of two sequences of pointers that do not share them.
template <class T, class F>
void unshared(std::span<T* const> a, std::span<T* const> b, F f) {
  std::size_t i = 0, j = 0, i_end = a.size(), j_end = b.size();
  while (i < i_end && j < j_end && a[i] == b[j]) ++i, ++j;
  while (i < i_end && j < j_end && a[i_end - 1] == b[j_end - 1]) --i_end, --j_end;
  std::unordered_map<const T*, std::size_t> places;
  if (j < j_end)
    for (std::size_t k = i; k < i_end; ++k) places.emplace(a[k], k);
  for (std::size_t k = j; k < j_end; ++k) {
    const auto place = places.find(b[k]);
    if (place == places.end() || place->second < i) continue;
    if (place->second > i || k > j) f(i, place->second, j, k);
    i = place->second + 1;
    j = k + 1;
  }
  if (i < i_end || j < j_end) f(i, i_end, j, j_end);
}

std::vector<const Branch*> branches_of(const Tree& tree) {
  std::vector<const Branch*> branches;
  for (const auto& branch : tree.branches) branches.push_back(branch.get());
  return branches;
}

std::vector<const Chunk*> chunks_of(std::span<const Branch* const> branches) {
  std::vector<const Chunk*> chunks;
  for (const Branch* branch : branches)
    for (std::uint32_t c = 0; c < branch->count; ++c) chunks.push_back(branch->chunk[c].get());
  return chunks;
}

Rows rows_of(std::span<const Chunk* const> chunks) {
  Rows rows;
  for (const Chunk* chunk : chunks)
    for (std::uint32_t r = 0; r < chunk->count; ++r) rows.push_back(chunk->row(r));
  return rows;
}

std::uint32_t row_count(std::span<const Branch* const> branches) {
  std::uint32_t rows = 0;
  for (const Branch* branch : branches) rows += branch->rows;
  return rows;
}

std::uint32_t row_count(std::span<const Chunk* const> chunks) {
  std::uint32_t rows = 0;
  for (const Chunk* chunk : chunks) rows += chunk->count;
  return rows;
}

bool same_bytes(const std::uint8_t* a, const std::uint8_t* b) {
  return Row(a, 0).same_bytes(Row(b, 0));
}

}  // namespace

// Where two lists of rows differ; the ids of the gaps are filled in last.
struct Differ::ListGaps {
  std::vector<Gap> gaps;
  std::vector<Rows> a_rows, b_rows;  // by gap
  std::uint32_t a_count = 0, b_count = 0;

  void of(const Tree& a, const Tree& b) {
    a_count = static_cast<std::uint32_t>(a.rows);
    b_count = static_cast<std::uint32_t>(b.rows);
    const auto as = branches_of(a), bs = branches_of(b);
    const std::span all_a(as), all_b(bs);
    unshared<const Branch>(all_a, all_b, [&](auto i, auto i_end, auto j, auto j_end) {
      of_branches(all_a.subspan(i, i_end - i), all_b.subspan(j, j_end - j),
                  row_count(all_a.first(i)), row_count(all_b.first(j)));
    });
  }
  void of(const BlockRows& a, const BlockRows& b) {
    Rows as, bs;
    for (BlockRows r = a; !r.done(); r.next()) as.push_back(r.row().bytes());
    for (BlockRows r = b; !r.done(); r.next()) bs.push_back(r.row().bytes());
    a_count = static_cast<std::uint32_t>(as.size());
    b_count = static_cast<std::uint32_t>(bs.size());
    add(as, bs, 0, 0);
  }
  void identify(const Slot& list, const Snapshot& snapshot) {
    Ids ids;
    const auto id = [&](const std::uint8_t* row) {
      return ids.of(identity({row, list.layout->count()}, list, snapshot));
    };
    for (std::size_t g = 0; g < gaps.size(); ++g) {
      for (const auto* row : a_rows[g]) gaps[g].a.push_back(id(row));
      for (const auto* row : b_rows[g]) gaps[g].b.push_back(id(row));
    }
  }
  const std::uint8_t* a_row(std::uint32_t i) const { return row(i, &Gap::a_at, a_rows); }
  const std::uint8_t* b_row(std::uint32_t j) const { return row(j, &Gap::b_at, b_rows); }

 private:
  void of_branches(std::span<const Branch* const> a, std::span<const Branch* const> b,
                   std::uint32_t a_at, std::uint32_t b_at) {
    const auto as = chunks_of(a), bs = chunks_of(b);
    const std::span all_a(as), all_b(bs);
    unshared<const Chunk>(all_a, all_b, [&](auto i, auto i_end, auto j, auto j_end) {
      add(rows_of(all_a.subspan(i, i_end - i)), rows_of(all_b.subspan(j, j_end - j)),
          a_at + row_count(all_a.first(i)), b_at + row_count(all_b.first(j)));
    });
  }
  void add(std::span<const std::uint8_t* const> a, std::span<const std::uint8_t* const> b,
           std::uint32_t a_at, std::uint32_t b_at) {
    std::size_t n = 0;
    while (n < std::min(a.size(), b.size()) && same_bytes(a[n], b[n])) ++n;
    a = a.subspan(n);
    b = b.subspan(n);
    while (!a.empty() && !b.empty() && same_bytes(a.back(), b.back())) {
      a = a.first(a.size() - 1);
      b = b.first(b.size() - 1);
    }
    if (a.empty() && b.empty()) return;
    a_at += static_cast<std::uint32_t>(n);
    b_at += static_cast<std::uint32_t>(n);
    if (mostly_in_place(a, b)) return add_in_place(a, b, a_at, b_at);
    add_gap(a, b, a_at, b_at);
  }
  // Of stretches of one length in which most rows are where they were, only the others are gaps.
  static bool mostly_in_place(std::span<const std::uint8_t* const> a,
                              std::span<const std::uint8_t* const> b) {
    if (a.size() != b.size()) return false;
    std::size_t same = 0;
    for (std::size_t i = 0; i < a.size(); ++i) same += same_bytes(a[i], b[i]);
    return 4 * same >= 3 * a.size();
  }
  void add_in_place(std::span<const std::uint8_t* const> a, std::span<const std::uint8_t* const> b,
                    std::uint32_t a_at, std::uint32_t b_at) {
    for (std::uint32_t i = 0, end = 0; i < a.size(); i = end + 1) {
      for (end = i; end < a.size() && !same_bytes(a[end], b[end]);) ++end;
      if (end > i) add_gap(a.subspan(i, end - i), b.subspan(i, end - i), a_at + i, b_at + i);
    }
  }
  void add_gap(std::span<const std::uint8_t* const> a, std::span<const std::uint8_t* const> b,
               std::uint32_t a_at, std::uint32_t b_at) {
    Gap& gap = gaps.emplace_back();
    gap.a_at = a_at;
    gap.b_at = b_at;
    a_rows.emplace_back(a.begin(), a.end());
    b_rows.emplace_back(b.begin(), b.end());
  }
  const std::uint8_t* row(std::uint32_t i, std::uint32_t Gap::*at,
                          const std::vector<Rows>& rows) const {
    const auto before = [&](std::uint32_t n, const Gap& gap) { return n < gap.*at; };
    const auto past = std::upper_bound(gaps.begin(), gaps.end(), i, before);
    const auto g = static_cast<std::size_t>(past - gaps.begin() - 1);
    return rows[g][i - gaps[g].*at];
  }
};

void Differ::list(Row a, Row b, const Slot& s, std::uint32_t slot) {
  ListGaps gaps;
  collection(a, b, s, slot, [&](auto rows_a, auto rows_b) {
    if constexpr (std::is_same_v<decltype(rows_a), TreeRows>)
      gaps.of(out_.a->tree(a, slot), out_.b->tree(b, slot));
    else
      gaps.of(rows_a, rows_b);
    if (gaps.gaps.empty()) return;
    gaps.identify(s, *out_.a);
    changed_list(gaps, s);
  });
}

void Differ::changed_list(const ListGaps& gaps, const Slot& s) {
  const Layout& element = *s.layout;
  const std::uint32_t slots = element.count(), slot = element.wraps ? 1 : kWholeRow;
  const bool keyed = !s.item_key.empty();
  const ChangeRule move_rule = keyed ? ChangeRule::moved : ChangeRule::reordered;
  const Origins origins = align(gaps.gaps, keyed, [&](std::uint32_t i, std::uint32_t j) {
    return similar_rows({gaps.a_row(i), slots}, {gaps.b_row(j), slots}, element, what_);
  });
  if (tree_ != kNone) list_edits(gaps, origins);
  const ListScript ops = script(gaps.a_count, gaps.b_count, gaps.gaps, origins);
  for (const std::uint32_t i : ops.removed) {
    const Step step(*this, What::index, &s, gaps.a_row(i), i);
    emit(ChangeOp::remove, ChangeRule::item_removed, {gaps.a_row(i), slots}, {}, element, slot);
  }
  for (const auto& move : ops.moves) {
    const Row row(gaps.b_row(move.item), slots);
    const Step step(*this, What::index, &s, row.bytes(), move.to);
    emit(ChangeOp::move, move_rule, row, row, element, slot);
    out_.changes.back().from = move.from;
  }
  for (const std::uint32_t j : ops.added) {
    const Step step(*this, What::index, &s, gaps.b_row(j), j);
    emit(ChangeOp::add, ChangeRule::item_added, {}, {gaps.b_row(j), slots}, element, slot);
  }
  inside([&] {
    for (const auto& pair : ops.pairs) list_pair(gaps, pair, s);
  });
}

void Differ::list_pair(const ListGaps& gaps, const ListScript::Pair& pair, const Slot& s) {
  const Layout& element = *s.layout;
  const Row a(gaps.a_row(pair.a), element.count()), b(gaps.b_row(pair.b), element.count());
  if (a.same_bytes(b)) return;
  const Step step(*this, What::index, &s, b.bytes(), pair.b);
  if (element.wraps || !s.item_key.empty() || similar_rows(a, b, element, what_))
    return item(a, b, element);
  emit(ChangeOp::replace, ChangeRule::replaced, a, b, element, kWholeRow);
}

// The same alignment as edits of a's rows, in their order.
void Differ::list_edits(const ListGaps& gaps, const Origins& origins) {
  for (std::size_t g = 0; g < origins.size(); ++g) {
    const Gap& gap = gaps.gaps[g];
    const std::uint32_t a_end = gap.a_at + static_cast<std::uint32_t>(gap.a.size());
    std::uint32_t i = gap.a_at;
    for (std::size_t j = 0; j < origins[g].size(); ++j) {
      const Origin& origin = origins[g][j];
      const std::uint8_t* row = gaps.b_rows[g][j];
      if (origin.from == kNone || origin.moved) {
        edit(RowEdit::What::insert, i, row);
        continue;
      }
      for (; i < origin.from; ++i) edit(RowEdit::What::erase, i, nullptr);
      if (!same_bytes(gaps.a_row(i), row)) edit(RowEdit::What::replace, i, row);
      ++i;
    }
    for (; i < a_end; ++i) edit(RowEdit::What::erase, i, nullptr);
  }
}

}  // namespace kestrel
