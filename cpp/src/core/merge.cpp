#include "merge.hpp"

#include <algorithm>
#include <unordered_map>

#include "spell.hpp"
#include "text.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

bool is_absent(const Value& v) { return v.tag == Tag::none || v.tag == Tag::unit; }

const ir::Field* field_named(const ir::Decl& record, std::string_view name) {
  for (const ir::Field& field : record.fields)
    if (field.name == name) return &field;
  return nullptr;
}

// A step into what `name` is called in data; a flattened record is none.
std::string field_step(const ir::Decl& record, const ir::Field* field, std::string_view name) {
  std::string out;
  if (field && field->flatten) return out;
  const bool named = field && !field->data_name.empty();
  put_pointer_step(out, named ? field->data_name : field ? in_case(name, record.data_case) : name);
  return out;
}

}  // namespace

Value Merger::merge(const Value& base, const Value& over, const ir::Type* type) {
  e_.spend(n_, 1);
  if (is_absent(base)) return over;
  if (is_absent(over)) return one(base, over);
  Value a = base, b = over;
  a.wraps = b.wraps = 0;
  Value v = whole(a, b, type);
  v.wraps = std::max(base.wraps, over.wraps);
  return v;
}

const ir::Decl* Merger::declared(const ir::Type* type) const {
  return type->kind == ir::TypeKind::named ? bundle_.find(type->name) : nullptr;
}

Value Merger::whole(const Value& base, const Value& over, const ir::Type* type) {
  switch (type->kind) {
    case ir::TypeKind::option:
    case ir::TypeKind::refined: return whole(base, over, type->items[0]);
    case ir::TypeKind::map: return map(base, over, type->items[1]);
    case ir::TypeKind::list: return type->texts.empty() ? one(base, over) : list(base, over, type);
    default: break;
  }
  const ir::Decl* decl = declared(type);
  if (decl && decl->kind == ir::DeclKind::newtype) return whole(base, over, decl->type);
  if (decl && decl->kind == ir::DeclKind::record) return record(base, over, *decl);
  return one(base, over);
}

Value Merger::one(const Value& base, const Value& over) {
  if (precedence_ == Precedence::neither && !equal(n_, e_, base, over))
    disagreements_.push_back(
        {path_, std::string(show(n_, e_, base)), std::string(show(n_, e_, over))});
  return precedence_ == Precedence::base ? base : over;
}

Value Merger::record(const Value& base, const Value& over, const ir::Decl& decl) {
  return entries(base, over, [&](std::string_view name, const Value& a, const Value& b) {
    const ir::Field* field = field_named(decl, name);
    path_ += field_step(decl, field, name);
    return field ? merge(a, b, field->type) : one(a, b);
  });
}

Value Merger::map(const Value& base, const Value& over, const ir::Type* value) {
  return entries(base, over, [&](std::string_view name, const Value& a, const Value& b) {
    put_pointer_step(path_, name);
    return merge(a, b, value);
  });
}

// The entries of both, ascending by key; what both have is merged by `inside`, one step further in.
template <class Inside>
Value Merger::entries(const Value& base, const Value& over, Inside inside) {
  const Value x = opened(n_, e_, base), y = opened(n_, e_, over);
  Entry* const out = e_.take<Entry>(n_, x.entries.size + y.entries.size);
  Entry* next = out;
  const Entry *a = x.entries.data, *a_end = a + x.entries.size;
  const Entry *b = y.entries.data, *b_end = b + y.entries.size;
  while (a != a_end || b != b_end) {
    const int order = a == a_end ? 1 : b == b_end ? -1 : order_keys(a->key, b->key);
    if (order != 0) {
      *next++ = order < 0 ? *a++ : *b++;
      continue;
    }
    const std::size_t here = path_.size();
    *next++ = {b->key, inside(b->key.text(), a->value, b->value)};
    path_.resize(here);
    ++a, ++b;
  }
  Value v = Value::of_entries(out, static_cast<std::size_t>(next - out));
  v.at = over.at ? over.at : base.at;
  return v;
}

// In the order of the base, then what only the other has, in its order.
Value Merger::list(const Value& base, const Value& over, const ir::Type* type) {
  const std::uint64_t most = size_of(n_, base) + size_of(n_, over);
  Value* const out = e_.take<Value>(n_, most);
  std::uint64_t size = 0;
  std::unordered_map<std::string, std::uint64_t> places;
  for (const Value* side : {&base, &over}) {
    Walk walk(n_, e_, *side);
    for (Value item; walk.next(item);) {
      const auto [known, fresh] = places.try_emplace(identity(item, type), size);
      if (fresh) {
        out[size++] = item;
        continue;
      }
      const std::size_t here = path_.size();
      put_pointer_step(path_, std::to_string(known->second));
      out[known->second] = merge(out[known->second], item, type->items[0]);
      path_.resize(here);
    }
  }
  Value v = Value::of_items(out, size);
  v.at = over.at ? over.at : base.at;
  return v;
}

std::string Merger::identity(const Value& item, const ir::Type* list) {
  std::string out;
  for (const std::string& name : list->texts)
    put_identity(n_, e_, field_of(n_, e_, item, name), out);
  return out;
}

Value run_merge(const Node& n, Eval& e, Value* f) {
  const Value base = arg(n, 0, e, f), over = arg(n, 1, e, f);
  return Merger(n, e, *n.bundle, Precedence::over).merge(base, over, n.type);
}

}  // namespace kestrel::eval
