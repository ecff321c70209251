// Structural equality, over data in rows and made values alike.
#include <algorithm>
#include <set>

#include "node.hpp"
#include "numbers.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

bool is_textual(const Value& v) { return v.tag == Tag::text || v.tag == Tag::choice; }
bool is_collection(const Value& v) {
  return v.tag == Tag::view || v.tag == Tag::list || v.tag == Tag::entries;
}
bool is_set(const Value& v) { return v.tag == Tag::view && v.shape == Shape::set; }

bool equal_in_order(const Node& n, Eval& e, const Value& a, const Value& b) {
  Walk left(n, e, a), right(n, e, b);
  if (left.size() != right.size() || left.is_map() != right.is_map()) return false;
  Value x, y;
  while (left.next(x) && right.next(y)) {
    if (left.is_map() && order_keys(left.key(), right.key()) != 0) return false;
    if (!equal(n, e, x, y)) return false;
  }
  return true;
}

bool equal_rows(const Node& n, Eval& e, const Value& a, const Value& b) {
  const Row x = a.data_row(), y = b.data_row();
  for (std::uint32_t i = 1; i < a.row.layout->count(); ++i) {
    if (x.present(i) != y.present(i)) return false;
    if (x.present(i) &&
        !equal(n, e, read_slot(n, e, x, *a.row.layout, i), read_slot(n, e, y, *b.row.layout, i)))
      return false;
  }
  return true;
}

bool equal_identities(const Node& n, Eval& e, const Value& a, const Value& b) {
  std::string x, y;
  put_identity(n, e, a, x);
  put_identity(n, e, b, y);
  return x == y;
}

bool equal_variants(const Node& n, Eval& e, const Value& a, const Value& b) {
  return variant_name(n, a) == variant_name(n, b) &&
         equal_identities(n, e, variant_payload(n, e, a), variant_payload(n, e, b));
}

bool equal_scalars(const Value& a, const Value& b) {
  switch (a.tag) {
    case Tag::boolean: return a.boolean == b.boolean;
    case Tag::integer: return a.integer == b.integer;
    case Tag::real: return a.real == b.real;
    case Tag::unit:
    case Tag::none: return true;
    case Tag::bytes:
    case Tag::json:
    case Tag::secret: return a.text() == b.text();
    default: return false;
  }
}

// Without its `Some`s.
Value unwrapped(Value v) {
  v.wraps = 0;
  return v;
}

bool is_sum(const Value& v) { return v.tag == Tag::sum || v.tag == Tag::variant; }

// ---- identities: a tag, then what cannot be taken for anything else
void put_sized(std::string& out, char tag, std::string_view text) {
  out.push_back(tag);
  put_integer(out, static_cast<Int>(text.size()));
  out.push_back(':');
  out += text;
}

void put_real_identity(Eval& e, double d, std::string& out) {
  out.push_back('r');
  if (d != d)
    put_sized(out, 'n', std::to_string(++e.nans));
  else
    put_real(out, d);
  out.push_back(';');
}

void put_members(const Node& n, Eval& e, const Value& row, std::string& out) {
  const Layout& layout = *row.row.layout;
  std::vector<std::pair<std::string_view, std::uint32_t>> members;
  for (std::uint32_t i = 1; i < layout.count(); ++i)
    if (row.data_row().present(i)) members.push_back({layout.slots[i].name, i});
  if (!layout.is_tuple) std::sort(members.begin(), members.end());
  out.push_back(layout.is_tuple ? '[' : '{');
  for (const auto& [name, slot] : members) {
    if (!layout.is_tuple) put_sized(out, 't', name);
    put_identity(n, e, read_slot(n, e, row.data_row(), layout, slot), out);
  }
  out.push_back(layout.is_tuple ? ']' : '}');
}

void put_items(const Node& n, Eval& e, const Value& v, std::string& out) {
  Walk walk(n, e, v);
  const bool map = walk.is_map();
  out.push_back(map ? '{' : '[');
  for (Value item; walk.next(item);) {
    if (map && item.is_none()) continue;  // an absent member
    if (map) put_identity(n, e, walk.key(), out);
    put_identity(n, e, item, out);
  }
  out.push_back(map ? '}' : ']');
}

std::set<std::string> identities(const Node& n, Eval& e, const Value& set) {
  std::set<std::string> out;
  Walk walk(n, e, set);
  for (Value item; walk.next(item);) {
    std::string identity;
    put_identity(n, e, item, identity);
    out.insert(std::move(identity));
  }
  return out;
}

bool equal_sets(const Node& n, Eval& e, const Value& a, const Value& b) {
  return is_collection(a) && is_collection(b) && identities(n, e, a) == identities(n, e, b);
}

void put_scalar(const Node& n, Eval& e, const Value& v, std::string& out) {
  switch (v.tag) {
    case Tag::unit: out += "u;"; return;
    case Tag::boolean: out += v.boolean ? "b1;" : "b0;"; return;
    case Tag::integer:
      out.push_back('i');
      put_integer(out, v.integer);
      out.push_back(';');
      return;
    case Tag::real: return put_real_identity(e, v.real, out);
    case Tag::text:
    case Tag::choice: return put_sized(out, 't', v.text());
    case Tag::bytes: return put_sized(out, 'y', v.text());
    case Tag::json: return put_sized(out, 'j', v.text());
    case Tag::secret: return put_sized(out, 'x', v.text());
    default: type_error(n, v);
  }
}

bool equal_unwrapped(const Node& n, Eval& e, const Value& a, const Value& b) {
  if (is_sum(a) || is_sum(b)) return equal_variants(n, e, a, b);
  if (a.tag == Tag::row && b.tag == Tag::row && a.row.layout == b.row.layout)
    return equal_rows(n, e, a, b);
  if (is_set(a) || is_set(b)) return equal_sets(n, e, a, b);
  if (is_collection(a) && is_collection(b)) return equal_in_order(n, e, a, b);
  if (a.tag == Tag::row || b.tag == Tag::row) return equal_identities(n, e, a, b);
  return a.tag == b.tag && equal_scalars(a, b);
}

}  // namespace

bool equal(const Node& n, Eval& e, const Value& a, const Value& b) {
  if (a.wraps != b.wraps) return false;
  if (a.tag == Tag::integer && b.tag == Tag::integer) return a.integer == b.integer;
  if (is_textual(a) && is_textual(b)) return a.text() == b.text();
  e.spend(n, 1);
  return equal_unwrapped(n, e, unwrapped(a), unwrapped(b));
}
void put_identity(const Node& n, Eval& e, const Value& v, std::string& out) {
  e.spend(n, 1);
  out.append(v.wraps, 's');
  if (v.tag == Tag::none) {
    out += "o;";
  } else if (is_sum(v)) {
    put_sized(out, 'v', variant_name(n, unwrapped(v)));
    put_identity(n, e, variant_payload(n, e, v), out);
  } else if (v.tag == Tag::row) {
    put_members(n, e, v, out);
  } else if (is_collection(v)) {
    put_items(n, e, unwrapped(v), out);
  } else {
    put_scalar(n, e, v, out);
  }
}

}  // namespace kestrel::eval
