#include "diff_align.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace kestrel {

namespace {

using Indices = std::vector<std::uint32_t>;
using Match = std::pair<std::uint32_t, std::uint32_t>;  // places in a and b
using Matches = std::vector<Match>;

// Of pairs ordered by b, a longest run that is ordered by a as well (patience sorting).
Matches longest_in_order(const Matches& pairs) {
  std::vector<std::size_t> tops;  // the last pair of the best run of each length
  std::vector<std::size_t> before(pairs.size());
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const auto at = std::lower_bound(tops.begin(), tops.end(), pairs[p].first,
                                     [&](auto t, auto a) { return pairs[t].first < a; });
    before[p] = at == tops.begin() ? p : *(at - 1);
    if (at == tops.end())
      tops.push_back(p);
    else
      *at = p;
  }
  Matches run(tops.size());
  if (tops.empty()) return run;
  for (std::size_t p = tops.back(), i = run.size(); i-- > 0; p = before[p]) run[i] = pairs[p];
  return run;
}

// Myers' greedy algorithm, up to `limit` edits: matches of a longest common subsequence.
class Myers {
 public:
  Myers(const Gap& gap, const Indices& a, const Indices& b) : gap_(gap), a_(a), b_(b) {}

  std::optional<Matches> run(int limit) {
    std::vector<int> furthest(2 * limit + 3, 0);
    for (int d = 0; d <= limit; ++d) {
      for (int k = -d; k <= d; k += 2) {
        int& x = furthest[limit + 1 + k];
        x = step(furthest.data() + limit + 1, d, k);
        while (x < size(a_) && x - k < size(b_) && same(x, x - k)) ++x;
        if (x >= size(a_) && x - k >= size(b_)) return trace(d, k);
      }
      rounds_.emplace_back(furthest.begin() + limit + 1 - d, furthest.begin() + limit + 2 + d);
    }
    return std::nullopt;
  }

 private:
  static int size(const Indices& v) { return static_cast<int>(v.size()); }
  bool same(int x, int y) const { return gap_.a[a_[x]] == gap_.b[b_[y]]; }
  // Where round d enters diagonal k, from round d - 1 (`v` is indexed by diagonal). Beyond an end
  // of either sequence a path goes nowhere.
  int step(const int* v, int d, int k) const {
    if (d == 0) return 0;
    const bool down = k == -d || (k != d && v[k - 1] < v[k + 1]);
    return down ? v[k + 1] : v[k - 1] + 1;
  }
  Matches trace(int d, int k) const {
    Matches matches;
    for (int x = size(a_);; --d) {
      const int* v = d == 0 ? nullptr : rounds_[d - 1].data() + (d - 1);
      const bool down = d > 0 && (k == -d || (k != d && v[k - 1] < v[k + 1]));
      const int entered = d == 0 ? 0 : down ? v[k + 1] : v[k - 1] + 1;
      while (x > entered) {
        --x;
        matches.emplace_back(a_[x], b_[x - k]);
      }
      if (d == 0) break;
      k += down ? 1 : -1;
      x = v[k];
    }
    std::reverse(matches.begin(), matches.end());
    return matches;
  }

  const Gap& gap_;
  const Indices &a_, &b_;
  std::vector<std::vector<int>> rounds_;
};

// What an edit costs: an item edited in place must be cheaper than one removed and one added.
constexpr std::uint32_t kErase = 3, kInsert = 3, kEdit = 2, kReplace = 5;
constexpr std::size_t kExactCells = 4096;
constexpr int kMyersEdits = 512;

class Aligner {
 public:
  Aligner(const std::vector<Gap>& gaps, bool keyed, const Similar& similar)
      : gaps_(gaps), keyed_(keyed), similar_(similar), origins_(gaps.size()), taken_(gaps.size()) {}

  Origins run() {
    count();
    std::vector<Matches> anchors(gaps_.size());
    for (std::size_t g = 0; g < gaps_.size(); ++g) anchors[g] = place_anchors(g);
    if (!keyed_)
      for (std::size_t g = 0; g < gaps_.size(); ++g) fill(g, anchors[g]);
    return std::move(origins_);
  }

 private:
  struct Seen {
    std::uint32_t in_a = 0, in_b = 0, gap = 0, index = 0;  // the last place in a
  };

  void count() {
    for (std::uint32_t g = 0; g < gaps_.size(); ++g) {
      origins_[g].resize(gaps_[g].b.size());
      taken_[g].resize(gaps_[g].a.size());
      for (std::uint32_t i = 0; i < gaps_[g].a.size(); ++i) {
        Seen& s = seen(gaps_[g].a[i]);
        s = {s.in_a + 1, s.in_b, g, i};
      }
      for (const std::uint32_t id : gaps_[g].b) ++seen(id).in_b;
    }
  }
  Seen& seen(std::uint32_t id) {
    if (id >= seen_.size()) seen_.resize(id + 1);
    return seen_[id];
  }

  // Items that occur once on both sides: the longest run in order stays, the others move.
  Matches place_anchors(std::uint32_t g) {
    Matches here;
    for (std::uint32_t j = 0; j < gaps_[g].b.size(); ++j) {
      const Seen& s = seen(gaps_[g].b[j]);
      if (s.in_a != 1 || s.in_b != 1) continue;
      origins_[g][j] = {gaps_[s.gap].a_at + s.index, true};
      taken_[s.gap][s.index] = true;
      if (s.gap == g) here.emplace_back(s.index, j);
    }
    Matches run = longest_in_order(here);
    for (const auto& [i, j] : run) origins_[g][j].moved = false;
    return run;
  }

  void fill(std::uint32_t g, const Matches& anchors) {
    std::uint32_t i = 0, j = 0;
    for (const auto& [ai, bj] : anchors) {
      stretch(g, i, ai, j, bj);
      i = ai + 1;
      j = bj + 1;
    }
    stretch(g, i, gaps_[g].a.size(), j, gaps_[g].b.size());
  }
  void stretch(std::uint32_t g, std::uint32_t i, std::uint32_t i_end, std::uint32_t j,
               std::uint32_t j_end) {
    Indices a, b;
    for (; i < i_end; ++i)
      if (!taken_[g][i]) a.push_back(i);
    for (; j < j_end; ++j)
      if (origins_[g][j].from == kNone) b.push_back(j);
    pair_up(g, std::move(a), std::move(b));
  }

  void pair(std::uint32_t g, std::uint32_t i, std::uint32_t j) {
    origins_[g][j] = {gaps_[g].a_at + i, false};
  }
  bool same(std::uint32_t g, std::uint32_t i, std::uint32_t j) const {
    return gaps_[g].a[i] == gaps_[g].b[j];
  }

  void pair_up(std::uint32_t g, Indices a, Indices b) {
    trim(g, a, b);
    if (a.empty() || b.empty()) return;
    if (a.size() * b.size() <= kExactCells) return exact(g, a, b);
    const auto common = Myers(gaps_[g], a, b).run(kMyersEdits);
    if (common && !common->empty()) return between(g, a, b, *common);
    for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) pair(g, a[k], b[k]);
  }
  void trim(std::uint32_t g, Indices& a, Indices& b) {
    std::size_t n = 0;
    for (; n < std::min(a.size(), b.size()) && same(g, a[n], b[n]); ++n) pair(g, a[n], b[n]);
    a.erase(a.begin(), a.begin() + n);
    b.erase(b.begin(), b.begin() + n);
    for (; !a.empty() && !b.empty() && same(g, a.back(), b.back()); a.pop_back(), b.pop_back())
      pair(g, a.back(), b.back());
  }
  void between(std::uint32_t g, const Indices& a, const Indices& b, const Matches& common) {
    auto i = a.begin();
    auto j = b.begin();
    for (const auto& [ai, bj] : common) {
      const auto i_end = std::find(i, a.end(), ai), j_end = std::find(j, b.end(), bj);
      pair_up(g, {i, i_end}, {j, j_end});
      pair(g, ai, bj);
      i = i_end + 1;
      j = j_end + 1;
    }
    pair_up(g, {i, a.end()}, {j, b.end()});
  }

  std::uint32_t pair_cost(std::uint32_t g, std::uint32_t i, std::uint32_t j) const {
    if (same(g, i, j)) return 0;
    return similar_(gaps_[g].a_at + i, gaps_[g].b_at + j) ? kEdit : kReplace;
  }

  // The cheapest alignment: cost[i][j] is that of the items from i and from j on.
  void exact(std::uint32_t g, const Indices& a, const Indices& b) {
    const std::size_t n = a.size(), m = b.size();
    std::vector<std::uint32_t> pairing(n * m), cost((n + 1) * (m + 1));
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
      return cost[i * (m + 1) + j];
    };
    for (std::size_t i = n + 1; i-- > 0;)
      for (std::size_t j = m + 1; j-- > 0;) {
        if (i == n || j == m) {
          at(i, j) = kErase * static_cast<std::uint32_t>(n - i) +
                     kInsert * static_cast<std::uint32_t>(m - j);
          continue;
        }
        pairing[i * m + j] = pair_cost(g, a[i], b[j]);
        at(i, j) = std::min({pairing[i * m + j] + at(i + 1, j + 1), kErase + at(i + 1, j),
                             kInsert + at(i, j + 1)});
      }
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
      if (at(i, j) == pairing[i * m + j] + at(i + 1, j + 1))
        pair(g, a[i++], b[j++]);
      else if (at(i, j) == kErase + at(i + 1, j))
        ++i;
      else
        ++j;
    }
  }

  const std::vector<Gap>& gaps_;
  const bool keyed_;
  const Similar& similar_;
  Origins origins_;
  std::vector<std::vector<bool>> taken_;  // by gap, by item of a: goes to an anchor of b
  std::vector<Seen> seen_;                // by id
};

// Counts of active places before a place (a Fenwick tree).
class Places {
 public:
  explicit Places(std::size_t n) : sums_(n + 1, 0) {}
  void add(std::size_t place, int n) {
    for (std::size_t i = place + 1; i < sums_.size(); i += i & (0 - i)) sums_[i] += n;
  }
  std::uint32_t before(std::size_t place) const {
    int n = 0;
    for (std::size_t i = place; i > 0; i &= i - 1) n += sums_[i];
    return static_cast<std::uint32_t>(n);
  }

 private:
  std::vector<int> sums_;
};

struct Kept {
  std::uint32_t a, b;
  bool moved;
};

// All items that stay or move, in b's order.
std::vector<Kept> kept_items(std::uint32_t b_count, const std::vector<Gap>& gaps,
                             const Origins& origins) {
  std::vector<Kept> kept;
  std::uint32_t a = 0, b = 0;
  for (std::size_t g = 0; g < gaps.size(); ++g) {
    while (b < gaps[g].b_at) kept.push_back({a++, b++, false});
    for (const Origin& o : origins[g]) {
      if (o.from != kNone) kept.push_back({o.from, b, o.moved});
      ++b;
    }
    a = gaps[g].a_at + static_cast<std::uint32_t>(gaps[g].a.size());
  }
  while (b < b_count) kept.push_back({a++, b++, false});
  return kept;
}

// Moves, by b's order, each to right behind its predecessor. Every place that an item has before or
// after its move stands in one row: those of a's order, and behind each item that stays the places
// of those that move to there. An index is a count of the places that are taken before it.
std::vector<ListScript::Move> moves_of(std::uint32_t a_count, const std::vector<Kept>& kept) {
  // by a's item: how many move to behind it; last: first
  std::vector<std::uint32_t> follow(a_count + 1, 0);
  std::vector<std::uint8_t> stands(a_count, 0);
  std::uint32_t anchor = a_count;
  for (const Kept& k : kept) {
    stands[k.a] = 1;
    if (k.moved)
      ++follow[anchor];
    else
      anchor = k.a;
  }
  std::vector<std::size_t> place(a_count + 1);
  place[a_count] = 0;
  std::size_t next = follow[a_count];
  for (std::uint32_t i = 0; i < a_count; ++i) {
    place[i] = next;
    next += stands[i] + follow[i];
  }
  Places places(next);
  for (std::uint32_t i = 0; i < a_count; ++i)
    if (stands[i]) places.add(place[i], 1);

  std::vector<ListScript::Move> moves;
  std::size_t target = 0;
  for (const Kept& k : kept) {
    if (!k.moved) {
      target = place[k.a] + 1;
      continue;
    }
    const std::uint32_t from = places.before(place[k.a]);
    places.add(place[k.a], -1);
    const std::uint32_t to = places.before(target);
    places.add(target++, 1);
    if (from != to) moves.push_back({from, to, k.b});
  }
  return moves;
}

}  // namespace

Origins align(const std::vector<Gap>& gaps, bool keyed, const Similar& similar) {
  return Aligner(gaps, keyed, similar).run();
}

ListScript script(std::uint32_t a_count, std::uint32_t b_count, const std::vector<Gap>& gaps,
                  const Origins& origins) {
  ListScript result;
  std::vector<std::uint8_t> kept(a_count, 0);
  bool moves = false;
  for (std::size_t g = 0; g < gaps.size(); ++g)
    for (std::uint32_t j = 0; j < origins[g].size(); ++j) {
      const Origin& o = origins[g][j];
      if (o.from == kNone) {
        result.added.push_back(gaps[g].b_at + j);
        continue;
      }
      kept[o.from] = 1;
      moves = moves || o.moved;
      result.pairs.push_back({o.from, gaps[g].b_at + j});
    }
  for (auto gap = gaps.rbegin(); gap != gaps.rend(); ++gap)
    for (std::uint32_t i = static_cast<std::uint32_t>(gap->a.size()); i-- > 0;)
      if (!kept[gap->a_at + i]) result.removed.push_back(gap->a_at + i);
  if (moves) result.moves = moves_of(a_count, kept_items(b_count, gaps, origins));
  return result;
}

}  // namespace kestrel
