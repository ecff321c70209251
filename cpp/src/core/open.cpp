// Records and maps of a snapshot as entries: what edits and merges work on.
#include <algorithm>

#include "json_value.hpp"
#include "node.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

// An open record's unknown members, each as JSON.
void open_rest(const Node& n, Eval& e, std::string_view json, std::vector<Entry>& out) {
  JsonValue rest = JsonValue::over(json);
  rest.open();
  for (auto& [name, value] : rest.members)
    out.push_back({Value::of_text(e.keep(n, name)),
                   Value::of_text(e.keep(n, value.text()), Tag::json)});
}

// What is computed is left to be computed again.
void open_row(const Node& n, Eval& e, const Value& base, std::vector<Entry>& out) {
  const Layout& layout = *base.row.layout;
  const Row row = base.data_row();
  for (std::uint32_t i = 1; i < layout.count(); ++i) {
    if (!e.given(row, i) || layout.slots[i].computed) continue;
    if (i == layout.rest())
      open_rest(n, e, row.text(i), out);
    else
      out.push_back({Value::of_text(layout.slots[i].name), read_slot(n, e, row, layout, i)});
  }
}

void open_map(const Node& n, Eval& e, const Value& base, std::vector<Entry>& out) {
  Walk walk(n, e, base);
  for (Value v; walk.next(v);) out.push_back({walk.key(), v});
}

}  // namespace

Value opened(const Node& n, Eval& e, const Value& base) {
  if (base.tag == Tag::entries) return base;
  if (base.tag == Tag::none || base.tag == Tag::unit) return Value::of_entries(nullptr, 0);
  std::vector<Entry> entries;
  if (base.tag == Tag::row && !base.row.layout->is_tuple)
    open_row(n, e, base, entries);
  else if (base.tag == Tag::view && base.shape == Shape::map)
    open_map(n, e, base, entries);
  else
    type_error(n, base);
  Entry* out = e.take<Entry>(n, entries.size());
  std::copy(entries.begin(), entries.end(), out);
  std::sort(out, out + entries.size(),
            [](const Entry& a, const Entry& b) { return order_keys(a.key, b.key) < 0; });
  Value v = Value::of_entries(out, entries.size());
  v.at = base.at;
  return v;
}

}  // namespace kestrel::eval
