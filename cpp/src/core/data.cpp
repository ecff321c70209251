// Reading rows: slots as values, fields by name, variants and their payloads.
#include <algorithm>
#include <cmath>
#include <limits>

#include "node.hpp"
#include "numbers.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

using Reader = Value (*)(const Eval& e, Row row, const Slot& slot, std::uint32_t i);

Value read_unit(const Eval&, Row, const Slot&, std::uint32_t) { return Value::of(Tag::unit); }
Value read_boolean(const Eval&, Row row, const Slot&, std::uint32_t i) {
  return Value::of_bool(row.raw(i) != 0);
}
Value read_integer(const Eval&, Row row, const Slot& slot, std::uint32_t i) {
  return Value::of_int(slot.is_unsigned ? static_cast<Int>(row.raw(i))
                                        : static_cast<Int>(row.integer(i)));
}
Value read_real(const Eval&, Row row, const Slot& slot, std::uint32_t i) {
  Value v = Value::of_real(row.real(i));
  if (slot.single) v.unit = Unit::single;
  return v;
}
template <Tag tag>
Value read_text(const Eval&, Row row, const Slot&, std::uint32_t i) {
  return Value::of_text(row.text(i), tag);
}
Value read_duration(const Eval&, Row row, const Slot&, std::uint32_t i) {
  return Value::of_int(row.integer(i), Unit::duration);
}
Value read_size(const Eval&, Row row, const Slot&, std::uint32_t i) {
  return Value::of_int(static_cast<Int>(row.raw(i)), Unit::size);
}
Value read_choice(const Eval&, Row row, const Slot& slot, std::uint32_t i) {
  const auto number = static_cast<std::uint32_t>(row.raw(i));
  Value v = Value::of_text(slot.choices[number], Tag::choice);
  v.number = number;
  return v;
}
Value read_row(const Eval&, Row row, const Slot& slot, std::uint32_t i) {
  return Value::of_row({row.nested(i), slot.layout->count()}, *slot.layout);
}
template <Shape shape>
Value read_view(const Eval& e, Row row, const Slot& slot, std::uint32_t i) {
  Value v = Value::of(Tag::view);
  v.shape = shape;
  v.in_tree = slot.tree;
  v.view.element = slot.layout;
  if (slot.tree)
    v.view.data = &(*e.self->trees)[row.raw(i)];
  else
    v.view.data = row.ref(i).size == 0 ? kEmptyBlock : row.nested(i);
  return v;
}

// In the order of `Kind`.
constexpr Reader kReaders[] = {
    read_unit,
    read_boolean,
    read_integer,
    read_real,
    read_text<Tag::text>,
    read_text<Tag::bytes>,
    read_duration,
    read_size,
    read_choice,
    read_text<Tag::json>,
    read_text<Tag::secret>,
    read_row,
    read_row,
    read_row,
    read_view<Shape::list>,
    read_view<Shape::map>,
    read_view<Shape::set>,
};
static_assert(std::size(kReaders) == static_cast<std::size_t>(Kind::set) + 1);

std::uint32_t find_slot(const Node& n, const Layout& layout, std::string_view name) {
  const int found = layout.find_field(name);
  if (found < 0) fail(n, "type", "no field `" + std::string(name) + "`");
  return static_cast<std::uint32_t>(found);
}

// A field node remembers the slot of the layout that it met last.
std::uint32_t cached_slot(const Node& n, const Layout& layout) {
  const auto first = reinterpret_cast<std::uintptr_t>(layout.slots.data());
  const auto seen = reinterpret_cast<std::uintptr_t>(n.cached.load(std::memory_order_relaxed));
  if (seen - first < layout.slots.size() * sizeof(Slot))
    return static_cast<std::uint32_t>((seen - first) / sizeof(Slot));
  const std::uint32_t slot = find_slot(n, layout, n.name);
  n.cached.store(&layout.slots[slot], std::memory_order_relaxed);
  return slot;
}

Value find_named(const Node& n, const Value& entries, std::string_view name) {
  const Value* found = find_entry(entries, Value::of_text(name));
  if (!found) fail(n, "missing", "`" + std::string(name) + "` is not given");
  return *found;
}

}  // namespace

Value Value::of_real(double d) {
  Value v = of(Tag::real);
  v.real = std::isnan(d) ? std::numeric_limits<double>::quiet_NaN() : d;
  return v;
}

Value read_slot(const Node& n, Eval& e, Row row, const Layout& layout, std::uint32_t i) {
  const Slot& slot = layout.slots[i];
  if (i != 0 && !row.present(i)) {
    if (slot.optional) return Value::of(Tag::none);
    fail(n, "missing", "`" + slot.name + "` has no value");
  }
  if (slot.tree && !e.self->trees) fail(n, "type", "no trees are at hand");
  Value v = kReaders[static_cast<std::size_t>(slot.kind)](e, row, slot, i);
  v.wraps = slot.optional;
  return v;
}

Value run_field(const Node& n, Eval& e, Value* f) {
  const Value base = arg(n, 0, e, f);
  if (n.argc > 1 && base.is(Tag::entries)) {
    const Value* found = find_entry(base, Value::of_text(n.name));
    return found && !found->is_none() ? *found : arg(n, 1, e, f);
  }
  if (!base.is(Tag::row)) return field_of(n, e, base, n.name);
  return read_slot(n, e, base.data_row(), *base.row.layout, cached_slot(n, *base.row.layout));
}

Value field_of(const Node& n, Eval& e, const Value& base, std::string_view name) {
  if (base.is(Tag::entries)) return find_named(n, base, name);
  if (!base.is(Tag::row)) type_error(n, base);
  return read_slot(n, e, base.data_row(), *base.row.layout, find_slot(n, *base.row.layout, name));
}

int order_keys(const Value& a, const Value& b) {
  const int order = a.text().compare(b.text());
  return order < 0 ? -1 : order > 0;
}

Value as_key(const Node& n, Eval& e, const Value& key) {
  if (key.is(Tag::text) || key.is(Tag::choice)) return key;
  if (!key.is(Tag::integer)) type_error(n, key);
  Value text = Value::of_text(e.keep(n, to_text(key.integer)));
  text.at = key.at;
  return text;
}

const Value* find_entry(const Value& entries, const Value& key) {
  const Entry* end = entries.entries.data + entries.entries.size;
  const Entry* at = std::lower_bound(
      entries.entries.data, end, key,
      [](const Entry& entry, const Value& k) { return order_keys(entry.key, k) < 0; });
  return at != end && order_keys(at->key, key) == 0 ? &at->value : nullptr;
}

std::string_view variant_name(const Node& n, const Value& v) {
  if (v.wraps > 0) return "Some";
  if (v.tag == Tag::none) return "None";
  if (v.tag == Tag::choice) return v.text();
  if (v.tag == Tag::sum) return v.row.layout->variants[v.data_row().raw(1)];
  if (v.tag == Tag::variant) return v.variant->name;
  if (v.tag == Tag::list) return v.items.size > 0 ? "Some" : "None";  // an option, as a list
  type_error(n, v);
}

Value variant_payload(const Node& n, Eval&, const Value& v) {
  if (v.tag == Tag::choice) return Value::of(Tag::unit);
  if (v.tag == Tag::variant)
    return Value::of_items(v.variant->payload.data, v.variant->payload.size);
  if (v.tag != Tag::sum) type_error(n, v);
  const Layout* payload = v.row.layout->payloads[v.data_row().raw(1)];
  if (!payload) return Value::of(Tag::unit);
  return Value::of_row({v.data_row().nested(2), payload->count()}, *payload);
}

}  // namespace kestrel::eval
