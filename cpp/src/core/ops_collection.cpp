// Operations on lists, maps, sets and options. One implementation serves a collection in a snapshot
// and a made one, a list's items and a map's values.
#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "node.hpp"
#include "walk.hpp"

namespace kestrel::eval::ops {
namespace {

// Calls the function for each item, in order, until `visit(result, item, walk)` is false. What the
// function takes of memory is given back after each call, unless `keeps` its results. Returns the
// collection.
template <bool keeps, class Visit>
Value for_each(const Node& n, Eval& e, Value* f, Visit visit) {
  const Value collection = arg(n, 0, e, f);
  const Function function = function_arg(n, 1, e, f);
  Walk walk(n, e, collection);
  for (Value item; walk.next(item);) {
    const Arena::Mark mark = e.arena.mark();
    const std::size_t configs = e.configs.size();
    if (function.lambda->keyed) function.frame[function.lambda->slot + 1] = walk.key();
    if (!visit(function(e, item), item, walk)) break;
    if (!keeps && e.configs.size() == configs) e.arena.release(mark);
  }
  return collection;
}

bool holds(const Node& n, const Value& result) { return as_bool(*n.args[1], result); }

// Is there an item for which the function gives `wanted`?
bool found(const Node& n, Eval& e, Value* f, bool wanted) {
  bool yes = false;
  for_each<false>(n, e, f, [&](const Value& result, const Value&, const Walk&) {
    yes = holds(n, result) == wanted;
    return !yes;
  });
  return yes;
}

Value all(const Node& n, Eval& e, Value* f) { return Value::of_bool(!found(n, e, f, false)); }
Value any(const Node& n, Eval& e, Value* f) { return Value::of_bool(found(n, e, f, true)); }
Value none_of(const Node& n, Eval& e, Value* f) { return Value::of_bool(!found(n, e, f, true)); }

Value count(const Node& n, Eval& e, Value* f) {
  Int number = 0;
  for_each<false>(n, e, f, [&](const Value& result, const Value&, const Walk&) {
    number += holds(n, result);
    return true;
  });
  return Value::of_int(number);
}

Value sum(const Node& n, Eval& e, Value* f) {
  Value total = Value::of_int(0);
  for_each<false>(n, e, f, [&](const Value& result, const Value&, const Walk&) {
    if (__builtin_add_overflow(total.integer, as_int(*n.args[1], result), &total.integer))
      fail(n, "overflow", "beyond 128 bits");
    if (result.tag == Tag::integer) total.unit = std::max(total.unit, result.unit);
    return true;
  });
  return total;
}

// The extreme of the results: -1 the least, 1 the greatest.
Value extreme(const Node& n, Eval& e, Value* f, int side) {
  Value best = Value::of(Tag::none);
  for_each<false>(n, e, f, [&](const Value& result, const Value&, const Walk&) {
    const Int number = as_int(*n.args[1], result);
    const bool better =
        best.tag == Tag::none || (side < 0 ? number < best.integer : number > best.integer);
    if (better)
      best = Value::of_int(number, result.tag == Tag::integer ? result.unit : Unit::number);
    return true;
  });
  if (best.tag == Tag::none) fail(n, "missing", "nothing to choose from");
  return best;
}

Value kept_list(const Node& n, Eval& e, const std::vector<Value>& items) {
  Value* out = e.take<Value>(n, items.size());
  std::copy(items.begin(), items.end(), out);
  return Value::of_items(out, items.size());
}

Value kept_entries(const Node& n, Eval& e, const std::vector<Entry>& entries) {
  Entry* out = e.take<Entry>(n, entries.size());
  std::copy(entries.begin(), entries.end(), out);
  return Value::of_entries(out, entries.size());
}

bool is_option(const Value& v) { return v.wraps > 0 || v.tag == Tag::none; }

// An option stays one.
Value kept_items(const Node& n, Eval& e, bool option, const std::vector<Value>& items) {
  if (!option) return kept_list(n, e, items);
  return items.empty() ? Value::of(Tag::none) : some(items[0]);
}

std::vector<Entry> entries_of(const Node& n, Eval& e, const Value& map) {
  Walk walk(n, e, map);
  if (!walk.is_map()) type_error(n, map);
  std::vector<Entry> out;
  out.reserve(walk.size());
  for (Value item; walk.next(item);) out.push_back({walk.key(), item});
  e.spend(n, out.size());
  return out;
}

bool before(const Entry& a, const Entry& b) { return order_keys(a.key, b.key) < 0; }

// Made maps ascend by text; those of a snapshot ascend by number where the keys are variants.
std::vector<Entry> sorted_entries(const Node& n, Eval& e, const Value& map) {
  std::vector<Entry> out = entries_of(n, e, map);
  if (!std::is_sorted(out.begin(), out.end(), before)) std::sort(out.begin(), out.end(), before);
  return out;
}

}  // namespace

Value list_len(const Node& n, Eval& e, Value* f) {
  return Value::of_int(static_cast<Int>(size_of(*n.args[0], arg(n, 0, e, f))));
}
Value list_contains(const Node& n, Eval& e, Value* f) {
  const Value list = arg(n, 0, e, f), wanted = arg(n, 1, e, f);
  Walk walk(n, e, list);
  for (Value item; walk.next(item);) {
    e.spend(n, 1);
    if (equal(n, e, item, wanted)) return Value::of_bool(true);
  }
  return Value::of_bool(false);
}
Value list_all(const Node& n, Eval& e, Value* f) { return all(n, e, f); }
Value list_any(const Node& n, Eval& e, Value* f) { return any(n, e, f); }
Value list_none(const Node& n, Eval& e, Value* f) { return none_of(n, e, f); }
Value list_count(const Node& n, Eval& e, Value* f) { return count(n, e, f); }
Value list_sum(const Node& n, Eval& e, Value* f) { return sum(n, e, f); }
Value list_min(const Node& n, Eval& e, Value* f) { return extreme(n, e, f, -1); }
Value list_max(const Node& n, Eval& e, Value* f) { return extreme(n, e, f, 1); }
Value list_map(const Node& n, Eval& e, Value* f) {
  std::vector<Value> results;
  const Value list = for_each<true>(n, e, f, [&](const Value& result, const Value&, const Walk&) {
    results.push_back(result);
    if (!results.back().at) results.back().at = &n.args[1]->at;
    return true;
  });
  return kept_items(n, e, is_option(list), results);
}
Value list_filter(const Node& n, Eval& e, Value* f) {
  std::vector<Value> items;
  const Value list =
      for_each<false>(n, e, f, [&](const Value& result, const Value& item, const Walk&) {
        if (holds(n, result)) items.push_back(item);
        return true;
      });
  return kept_items(n, e, is_option(list), items);
}
Value list_concat(const Node& n, Eval& e, Value* f) {
  const Value lists[] = {arg(n, 0, e, f), arg(n, 1, e, f)};
  std::vector<Value> items;
  for (const Value& list : lists) {
    Walk walk(n, e, list);
    for (Value item; walk.next(item);) items.push_back(item);
  }
  e.spend(n, items.size());
  return kept_list(n, e, items);
}
Value list_unique(const Node& n, Eval& e, Value* f) {
  std::unordered_set<std::string> seen;
  bool unique = true;
  for_each<false>(n, e, f, [&](const Value& result, const Value&, const Walk&) {
    std::string identity;
    put_identity(n, e, result, identity);
    unique = seen.insert(std::move(identity)).second;
    return unique;
  });
  return Value::of_bool(unique);
}
Value list_at(const Node& n, Eval& e, Value* f) {
  const Value list = arg(n, 0, e, f);
  const Int index = as_int(*n.args[1], arg(n, 1, e, f));
  const std::uint64_t size = size_of(*n.args[0], list);
  if (index < 0 || index >= static_cast<Int>(size))
    fail(n, "range", "there is no item of this position");
  return item_at(n, e, list, static_cast<std::uint64_t>(index));
}
Value list_distinct(const Node& n, Eval& e, Value* f) {
  std::unordered_set<std::string> seen;
  std::vector<Value> kept;
  Walk walk(*n.args[0], e, arg(n, 0, e, f));
  for (Value item; walk.next(item);) {
    std::string identity;
    put_identity(n, e, item, identity);
    if (seen.insert(std::move(identity)).second) kept.push_back(item);
  }
  e.spend(n, walk.size());
  return kept_list(n, e, kept);
}
Value list_range(const Node& n, Eval& e, Value* f) {
  const Int from = as_int(*n.args[0], arg(n, 0, e, f)), to = as_int(*n.args[1], arg(n, 1, e, f));
  constexpr Int most = 65536;
  if (to <= from) return Value::of_items(nullptr, 0);
  if (from < to - most) fail(n, "range", "more than 65,536 numbers");
  Value* items = e.take<Value>(n, static_cast<std::size_t>(to - from));
  for (Int i = from; i < to; ++i) items[i - from] = Value::of_int(i);
  return Value::of_items(items, static_cast<std::size_t>(to - from));
}

Value map_len(const Node& n, Eval& e, Value* f) { return list_len(n, e, f); }
Value map_has(const Node& n, Eval& e, Value* f) {
  const Value map = arg(n, 0, e, f), key = arg(n, 1, e, f);
  bool is_there = false;
  lookup(n, e, map, key, is_there);
  return Value::of_bool(is_there);
}
Value map_at(const Node& n, Eval& e, Value* f) {
  const Value map = arg(n, 0, e, f), key = arg(n, 1, e, f);
  bool is_there = false;
  const Value v = lookup(n, e, map, key, is_there);
  if (!is_there)
    fail(n, "missing", "there is no entry `" + std::string(eval::show(n, e, key)) + "`");
  return v;
}
Value map_all(const Node& n, Eval& e, Value* f) { return all(n, e, f); }
Value map_any(const Node& n, Eval& e, Value* f) { return any(n, e, f); }
Value map_none(const Node& n, Eval& e, Value* f) { return none_of(n, e, f); }
Value map_count(const Node& n, Eval& e, Value* f) { return count(n, e, f); }
Value map_sum(const Node& n, Eval& e, Value* f) { return sum(n, e, f); }
Value map_min(const Node& n, Eval& e, Value* f) { return extreme(n, e, f, -1); }
Value map_max(const Node& n, Eval& e, Value* f) { return extreme(n, e, f, 1); }

// The parameter of a lambda has its key in the slot behind it (compile.cpp); else a row has one
// itself.
Value entry_key(const Node& n, Eval& e, Value* f) {
  const Node& entry = *n.args[0];
  Value key = Value::of(Tag::none);
  if (entry.keyed) key = f[entry.slot + 1];
  if (const Binding* b = entry.form == Form::free ? e.binding(entry.name) : nullptr) key = b->key;
  if (key.tag != Tag::none) return key;
  const Value v = run(entry, e, f);
  if (!v.is(Tag::row)) fail(n, "missing", "this is no entry of a map");
  return key_of_row(n, e, v.data_row(), *v.row.layout);
}
Value map_keys(const Node& n, Eval& e, Value* f) {
  std::vector<Value> keys;
  for (const Entry& entry : entries_of(n, e, arg(n, 0, e, f))) keys.push_back(entry.key);
  return kept_list(n, e, keys);
}
Value map_values(const Node& n, Eval& e, Value* f) {
  std::vector<Value> values;
  for (const Entry& entry : entries_of(n, e, arg(n, 0, e, f))) values.push_back(entry.value);
  return kept_list(n, e, values);
}
Value map_map(const Node& n, Eval& e, Value* f) {
  std::vector<Entry> entries;
  for_each<true>(n, e, f, [&](const Value& result, const Value&, const Walk& walk) {
    entries.push_back({walk.key(), result});
    if (!entries.back().value.at) entries.back().value.at = &n.args[1]->at;
    return true;
  });
  return kept_entries(n, e, entries);
}
Value map_filter(const Node& n, Eval& e, Value* f) {
  std::vector<Entry> entries;
  for_each<false>(n, e, f, [&](const Value& result, const Value& item, const Walk& walk) {
    if (holds(n, result)) entries.push_back({walk.key(), item});
    return true;
  });
  return kept_entries(n, e, entries);
}
Value map_merge(const Node& n, Eval& e, Value* f) {
  const Value a = arg(n, 0, e, f), b = arg(n, 1, e, f);
  const std::vector<Entry> first = sorted_entries(n, e, a), second = sorted_entries(n, e, b);
  std::vector<Entry> out;
  // Of equal elements, `set_union` takes those of its first range.
  std::set_union(second.begin(), second.end(), first.begin(), first.end(), std::back_inserter(out),
                 before);
  return kept_entries(n, e, out);
}
Value map_without(const Node& n, Eval& e, Value* f) {
  std::vector<Entry> entries = entries_of(n, e, arg(n, 0, e, f));
  const Value key = as_key(*n.args[1], e, arg(n, 1, e, f));
  std::erase_if(entries, [&](const Entry& entry) { return order_keys(entry.key, key) == 0; });
  return kept_entries(n, e, entries);
}

Value option_or(const Node& n, Eval& e, Value* f) {
  const Value option = arg(n, 0, e, f);
  Walk walk(n, e, option);
  Value item;
  return walk.next(item) ? item : arg(n, 1, e, f);
}
Value option_get(const Node& n, Eval& e, Value* f) {
  const Value option = arg(n, 0, e, f);
  Walk walk(n, e, option);
  Value item;
  if (!walk.next(item)) fail(n, "missing", "this option has no item");
  return item;
}
Value some(const Node& n, Eval& e, Value* f) { return eval::some(arg(n, 0, e, f)); }
Value none(const Node&, Eval&, Value*) { return Value::of(Tag::none); }

}  // namespace kestrel::eval::ops
