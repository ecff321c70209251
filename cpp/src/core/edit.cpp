// `base with { path: value }` and `base with { - path }`: a copy with one place changed. What an edit
// needs on its way, it makes; what it removes need not be there.
#include <algorithm>

#include "node.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

bool is_list(const Value& v) {
  return v.tag == Tag::list || (v.tag == Tag::view && v.shape != Shape::map);
}

class Edit {
 public:
  Edit(const Node& n, Eval& e, const std::vector<Reached>& path, const Value* value)
      : n_(n), e_(e), path_(path), value_(value) {}

  Value apply(const Value& base, std::size_t depth) {
    if (depth == path_.size()) return *value_;
    if (base.wraps > 0) return some(apply(unwrap(base), depth));
    const bool is_absent = base.tag == Tag::none || base.tag == Tag::unit;
    if (is_absent && !value_) return base;
    if (is_list(base) || (is_absent && !path_[depth].by.empty())) return item(base, depth);
    return entry(opened(n_, e_, base), depth);
  }

 private:
  // The last step of a removal takes away what it leads to.
  bool removes(std::size_t depth) const { return !value_ && depth + 1 == path_.size(); }

  Value entry(const Value& base, std::size_t depth) {
    const Value key = as_key(n_, e_, path_[depth].key);
    const Value* there = find_entry(base, key);
    if (!there && !value_) return base;
    if (removes(depth)) return without_entry(base, there);
    return with_entry(base, key, apply(there ? *there : Value::of(Tag::none), depth + 1));
  }

  Value item(const Value& base, std::size_t depth) {
    const std::uint64_t size = size_of(n_, base);
    Value* out = e_.take<Value>(n_, size + 1);
    Walk walk(n_, e_, base);
    for (std::uint64_t i = 0; walk.next(out[i]); ++i) {
    }
    const std::uint64_t at = position(out, size, depth);
    if (at == size && !value_) return base;
    if (removes(depth)) {
      std::copy(out + at + 1, out + size, out + at);
      return like(base, Value::of_items(out, size - 1));
    }
    if (at == size) out[at] = keyed(Value::of(Tag::none), depth);
    out[at] = placed(apply(out[at], depth + 1));
    if (!path_[depth].by.empty()) out[at] = keyed(out[at], depth);
    return like(base, Value::of_items(out, std::max(size, at + 1)));
  }

  // Which item a step means; the one behind the last where none has its key.
  std::uint64_t position(const Value* items, std::uint64_t size, std::size_t depth) {
    const Reached& step = path_[depth];
    if (step.by.empty()) {
      const Int index = as_int(n_, step.key);
      if (index < 0 || index >= static_cast<Int>(size))
        fail(n_, "range", "there is no item of this position");
      return static_cast<std::uint64_t>(index);
    }
    for (std::uint64_t i = 0; i < size; ++i)
      if (equal(n_, e_, field_of(n_, e_, items[i], step.by), step.key)) return i;
    return size;
  }

  // The item with the key that leads to it, unless it says one itself.
  Value keyed(const Value& item, std::size_t depth) {
    const Value entries = opened(n_, e_, item);
    const Value name = Value::of_text(path_[depth].by);
    if (find_entry(entries, name)) return item;
    return like(item, with_entry(entries, name, path_[depth].key));
  }

  Value with_entry(const Value& base, const Value& key, const Value& value) {
    const Entry *begin = base.entries.data, *end = begin + base.entries.size;
    const Entry* at = std::lower_bound(begin, end, key, [](const Entry& entry, const Value& k) {
      return order_keys(entry.key, k) < 0;
    });
    const bool there = at != end && order_keys(at->key, key) == 0;
    Entry* out = e_.take<Entry>(n_, base.entries.size + !there);
    Entry* next = std::copy(begin, at, out);
    *next++ = {key, placed(value)};
    next = std::copy(at + there, end, next);
    return like(base, Value::of_entries(out, static_cast<std::size_t>(next - out)));
  }

  Value without_entry(const Value& base, const Value* removed) {
    Entry* out = e_.take<Entry>(n_, base.entries.size);
    Entry* next = out;
    for (std::uint64_t i = 0; i < base.entries.size; ++i)
      if (&base.entries.data[i].value != removed) *next++ = base.entries.data[i];
    return like(base, Value::of_entries(out, static_cast<std::size_t>(next - out)));
  }

  Value placed(Value v) const {
    if (!v.at && value_) v.at = value_->at;
    return v;
  }
  static Value like(const Value& base, Value v) {
    v.at = base.at;
    return v;
  }

  const Node& n_;
  Eval& e_;
  const std::vector<Reached>& path_;
  const Value* value_;
};

}  // namespace

Value edited(const Node& n, Eval& e, Value base, const std::vector<Reached>& path,
             const Value* value) {
  e.spend(n, path.size());
  return Edit(n, e, path, value).apply(base, 0);
}

}  // namespace kestrel::eval
