// Goes through the items of any collection, in order: in a snapshot or made, a map's values, an
// option.
#pragma once

#include "node.hpp"

namespace kestrel::eval {

// What a row of a collection stands for: itself, or the value that it wraps; a set's item is the
// key.
inline Value element_of(const Node& n, Eval& e, Row row, const Layout& element, Shape shape) {
  if (shape == Shape::set) return read_slot(n, e, row, element, 0);
  return element.wraps ? read_slot(n, e, row, element, 1) : Value::of_row(row, element);
}

class Walk {
 public:
  Walk(const Node& n, Eval& e, const Value& collection);

  // The next item into `item`; false behind the last.
  bool next(Value& item) {
    switch (source_) {
      case Source::values: return next_value(item);
      case Source::block: return next_of_block(item);
      case Source::tree: return next_of_tree(item);
      case Source::entries: break;
    }
    return next_entry(item);
  }
  Value key() const;  // in a map: of the item that `next` gave
  std::uint64_t index() const { return done_ - 1; }
  std::uint64_t size() const { return size_; }
  bool is_option() const { return option_; }
  bool is_map() const {
    return source_ == Source::entries || (row_based() && shape_ == Shape::map);
  }

 private:
  enum class Source : std::uint8_t { values, block, tree, entries };
  bool row_based() const { return source_ == Source::block || source_ == Source::tree; }
  bool next_value(Value& item) {
    if (done_ == size_) return false;
    item = option_ ? single_ : collection_.items.data[done_];
    ++done_;
    return true;
  }
  bool next_entry(Value& item) {
    if (done_ == size_) return false;
    item = collection_.entries.data[done_++].value;
    return true;
  }
  bool next_of_block(Value& item) {
    if (done_ == size_) return false;
    row_ = block_.row(static_cast<std::uint32_t>(done_++));
    item = element();
    return true;
  }
  bool next_of_tree(Value& item) {
    if (cursor_.done()) return false;
    row_ = {cursor_.row(), element_->count()};
    cursor_.next();
    ++done_;
    item = element();
    return true;
  }
  Value element() const { return element_of(*node_, *eval_, row_, *element_, shape_); }

  const Node* node_;
  Eval* eval_;
  Value collection_, single_ = Value::of(Tag::unit);
  Source source_ = Source::values;
  Shape shape_ = Shape::list;
  bool option_ = false;
  const Layout* element_ = nullptr;
  std::uint64_t size_ = 0, done_ = 0;
  Row row_;
  Block block_{kEmptyBlock, 0};
  TreeCursor cursor_;
};

std::uint64_t size_of(const Node& n, const Value& collection);
// Item `i` of a list, set or option; i < size_of.
Value item_at(const Node& n, Eval& e, const Value& collection, std::uint64_t i);
// A map's entry by key; `found` false if there is none.
Value lookup(const Node& n, Eval& e, const Value& map, const Value& key, bool& found);
Value key_of_row(const Node& n, Eval& e, Row row, const Layout& element);  // as_key

}  // namespace kestrel::eval
