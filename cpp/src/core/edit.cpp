// `base with { path: value }`: a copy with the value at the path. What is not made yet on the way
// there, is.
#include <algorithm>

#include "node.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

class Edit {
 public:
  Edit(const Node& n, Eval& e, const std::vector<Value>& path, const Value& value)
      : n_(n), e_(e), path_(path), value_(value) {}

  Value apply(const Value& base, std::size_t depth) {
    if (depth == path_.size()) return value_;
    if (base.wraps > 0) return some(apply(unwrap(base), depth));
    if (base.tag == Tag::list || (base.tag == Tag::view && base.shape == Shape::list))
      return item(base, depth);
    return entry(opened(base), depth);
  }

 private:
  // As entries: a record or map of a snapshot is opened one level, absence is an empty record.
  Value opened(const Value& base) {
    if (base.tag == Tag::entries) return base;
    if (base.tag == Tag::none || base.tag == Tag::unit) return Value::of_entries(nullptr, 0);
    std::vector<Entry> entries;
    if (base.tag == Tag::row && !base.row.layout->is_tuple)
      open_row(base, entries);
    else if (base.tag == Tag::view && base.shape == Shape::map)
      open_map(base, entries);
    else
      type_error(n_, base);
    Entry* out = e_.take<Entry>(n_, entries.size());
    std::copy(entries.begin(), entries.end(), out);
    std::sort(out, out + entries.size(),
              [](const Entry& a, const Entry& b) { return order_keys(a.key, b.key) < 0; });
    return Value::of_entries(out, entries.size());
  }

  void open_row(const Value& base, std::vector<Entry>& out) {
    const Layout& layout = *base.row.layout;
    for (std::uint32_t i = 1; i < layout.count(); ++i) {
      const bool given = base.data_row().present(i) && !layout.slots[i].computed;
      if (given)
        out.push_back(
            {Value::of_text(layout.slots[i].name), read_slot(n_, e_, base.data_row(), layout, i)});
    }
  }

  void open_map(const Value& base, std::vector<Entry>& out) {
    Walk walk(n_, e_, base);
    for (Value v; walk.next(v);) out.push_back({walk.key(), v});
  }

  Value entry(const Value& base, std::size_t depth) {
    const Value key = as_key(n_, e_, path_[depth]);
    const Entry *begin = base.entries.data, *end = begin + base.entries.size;
    const Entry* at = std::lower_bound(begin, end, key, [](const Entry& entry, const Value& k) {
      return order_keys(entry.key, k) < 0;
    });
    const bool there = at != end && order_keys(at->key, key) == 0;
    const Value value = apply(there ? at->value : Value::of(Tag::none), depth + 1);
    Entry* out = e_.take<Entry>(n_, base.entries.size + !there);
    Entry* next = std::copy(begin, at, out);
    *next++ = {key, placed(value)};
    next = std::copy(at + there, end, next);
    return like(base, Value::of_entries(out, static_cast<std::size_t>(next - out)));
  }

  Value item(const Value& base, std::size_t depth) {
    const std::uint64_t size = size_of(n_, base);
    const Int index = as_int(n_, path_[depth]);
    if (index < 0 || index >= static_cast<Int>(size))
      fail(n_, "range", "there is no item of this position");
    Value* out = e_.take<Value>(n_, size);
    Walk walk(n_, e_, base);
    for (std::uint64_t i = 0; walk.next(out[i]); ++i) {
    }
    out[index] = placed(apply(out[index], depth + 1));
    return like(base, Value::of_items(out, size));
  }

  Value placed(Value v) const {
    if (!v.at) v.at = value_.at;
    return v;
  }
  static Value like(const Value& base, Value v) {
    v.at = base.at;
    return v;
  }

  const Node& n_;
  Eval& e_;
  const std::vector<Value>& path_;
  const Value& value_;
};

}  // namespace

Value edited(const Node& n, Eval& e, Value base, const std::vector<Value>& path,
             const Value& value) {
  e.spend(n, path.size());
  return Edit(n, e, path, value).apply(base, 0);
}

}  // namespace kestrel::eval
