// Does a value fit a pattern of `match`? The names that it binds go into the frame.
#include "node.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

bool within(const Node& n, const Shaped& p, const Value& v) {
  if (p.lo.tag == Tag::real) return as_real(n, v) >= p.lo.real && v.real <= p.hi.real;
  if (p.lo.tag == Tag::text) return as_text(n, v) >= p.lo.text() && v.text() <= p.hi.text();
  const Int number = as_int(n, v);
  return number >= as_int(n, p.lo) && number <= as_int(n, p.hi);
}

// Item `i` of a tuple, or of a payload.
bool item_of(const Node& n, Eval& e, const Value& v, std::size_t i, Value& item) {
  if (v.is(Tag::list) && i < v.items.size) {
    item = v.items.data[i];
    return true;
  }
  if (!v.is(Tag::row) || i + 1 >= v.row.layout->count()) return false;
  item = read_slot(n, e, v.data_row(), *v.row.layout, static_cast<std::uint32_t>(i + 1));
  return true;
}

bool items_fit(const Node& n, Eval& e, const Shaped& p, const Value& v, Value* f) {
  for (std::size_t i = 0; i < p.items.size(); ++i) {
    Value item;
    if (!item_of(n, e, v, i, item)) type_error(n, v);
    if (!fits(n, e, p.items[i], item, f)) return false;
  }
  return true;
}

bool variant_fits(const Node& n, Eval& e, const Shaped& p, const Value& v, Value* f) {
  if (variant_name(n, v) != p.name) return false;
  if (p.items.empty()) return true;
  if (v.wraps > 0) return fits(n, e, p.items[0], unwrap(v), f);
  const Value payload = variant_payload(n, e, v);
  // Named fields are taken by one pattern of a record.
  const bool named = payload.tag == Tag::row && !payload.row.layout->is_tuple;
  if (named && p.items.size() == 1) return fits(n, e, p.items[0], payload, f);
  return items_fit(n, e, p, payload, f);
}

bool record_fits(const Node& n, Eval& e, const Shaped& p, const Value& v, Value* f) {
  for (const auto& [name, slot] : p.names) f[slot] = field_of(n, e, v, name);
  return true;
}

}  // namespace

bool fits(const Node& n, Eval& e, const Shaped& p, const Value& v, Value* f) {
  switch (p.kind) {
    case ir::PatternKind::wild: return true;
    case ir::PatternKind::bind: f[p.slot] = v; return true;
    case ir::PatternKind::equals: return equal(n, e, v, p.lo);
    case ir::PatternKind::within: return within(n, p, v);
    case ir::PatternKind::variant: return variant_fits(n, e, p, v, f);
    case ir::PatternKind::tuple: return items_fit(n, e, p, v, f);
    case ir::PatternKind::record: return record_fits(n, e, p, v, f);
  }
  return false;
}

}  // namespace kestrel::eval
