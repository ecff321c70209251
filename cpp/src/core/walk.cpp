#include "walk.hpp"

#include <algorithm>

#include "numbers.hpp"

namespace kestrel::eval {
namespace {

const Tree kNoTree;

bool option(const Value& v) { return v.wraps > 0 || v.tag == Tag::none; }

// A key as the rows of a map have it: integers and variants by their number. Nothing if no row can.
std::optional<Value> row_key(const Slot& slot, const Value& key) {
  const std::string_view text = key.text();
  if (slot.kind == Kind::choice) {
    const auto found = std::find(slot.choices.begin(), slot.choices.end(), text);
    if (found == slot.choices.end()) return std::nullopt;
    return Value::of_int(found - slot.choices.begin());
  }
  if (slot.kind != Kind::integer) return key;
  Int number;
  if (parse_integer(text, number) != Got::yes) return std::nullopt;
  return Value::of_int(number);
}

// Orders a key against that of an entry's row; entries ascend by it.
int order_with_row(const Value& key, Row row, const Slot& slot) {
  if (key.tag != Tag::integer) {
    const int order = key.text().compare(row.text(0));
    return order < 0 ? -1 : order > 0;
  }
  const bool is_signed = slot.kind == Kind::integer && !slot.is_unsigned;
  const Int other = is_signed ? Int{row.integer(0)} : Int{row.raw(0)};
  return key.integer < other ? -1 : key.integer > other;
}

Row row_at(const Value& view, std::uint64_t i) {
  const std::uint32_t slots = view.view.element->count();
  if (view.in_tree) return {static_cast<const Tree*>(view.view.data)->row(i), slots};
  return Block(static_cast<const std::uint8_t*>(view.view.data), slots)
      .row(static_cast<std::uint32_t>(i));
}

Value lookup_in_view(const Node& n, Eval& e, const Value& map, const Value& wanted, bool& found) {
  const Layout& element = *map.view.element;
  const std::optional<Value> key = row_key(element.slots[0], wanted);
  std::uint64_t lo = 0, hi = key ? size_of(n, map) : 0;
  while (lo < hi) {
    const std::uint64_t middle = lo + (hi - lo) / 2;
    const Row row = row_at(map, middle);
    const int order = order_with_row(*key, row, element.slots[0]);
    found = order == 0;
    if (found) return element_of(n, e, row, element, Shape::map);
    (order < 0 ? hi : lo) = order < 0 ? middle : middle + 1;
  }
  return Value::of(Tag::unit);
}

}  // namespace

Walk::Walk(const Node& n, Eval& e, const Value& collection)
    : node_(&n), eval_(&e), collection_(collection), cursor_(kNoTree) {
  size_ = size_of(n, collection);
  if (option(collection)) {
    option_ = true;
    if (size_ == 1) single_ = unwrap(collection);
  } else if (collection.tag == Tag::entries) {
    source_ = Source::entries;
  } else if (collection.tag == Tag::view) {
    shape_ = collection.shape;
    element_ = collection.view.element;
    source_ = collection.in_tree ? Source::tree : Source::block;
    if (collection.in_tree)
      cursor_ = TreeCursor(*static_cast<const Tree*>(collection.view.data));
    else
      block_ = Block(static_cast<const std::uint8_t*>(collection.view.data), element_->count());
  }
}

Value Walk::key() const {
  if (source_ == Source::entries) return collection_.entries.data[index()].key;
  return key_of_row(*node_, *eval_, row_, *element_);
}

Value key_of_row(const Node& n, Eval& e, Row row, const Layout& element) {
  Value key = read_slot(n, e, row, element, 0);
  key.wraps = 0;
  return as_key(n, e, key);
}

std::uint64_t size_of(const Node& n, const Value& v) {
  if (v.wraps > 0) return 1;
  if (v.tag == Tag::none) return 0;
  if (v.tag == Tag::list) return v.items.size;
  if (v.tag == Tag::entries) return v.entries.size;
  if (v.tag != Tag::view) type_error(n, v);
  if (v.in_tree) return static_cast<const Tree*>(v.view.data)->rows;
  return Block(static_cast<const std::uint8_t*>(v.view.data), 0).count();
}

Value item_at(const Node& n, Eval& e, const Value& v, std::uint64_t i) {
  if (v.wraps > 0) return unwrap(v);
  if (v.tag == Tag::list) return v.items.data[i];
  if (v.tag != Tag::view) type_error(n, v);
  return element_of(n, e, row_at(v, i), *v.view.element, v.shape);
}

Value lookup(const Node& n, Eval& e, const Value& map, const Value& any_key, bool& found) {
  found = false;
  const Value key = as_key(n, e, any_key);
  if (map.is(Tag::view)) return lookup_in_view(n, e, map, key, found);
  if (!map.is(Tag::entries)) type_error(n, map);
  const Value* value = find_entry(map, key);
  found = value != nullptr;
  return value ? *value : Value::of(Tag::unit);
}

}  // namespace kestrel::eval
