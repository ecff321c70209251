#include "view_rows.hpp"

#include <algorithm>
#include <string_view>

#include "kestrel/row_writer.hpp"

namespace kestrel {

bool KeyProbe::set(const Slot& key, PyObject* object) {
  key_ = &key;
  if (key.kind == Kind::bytes && PyBytes_Check(object)) {
    text_ = {PyBytes_AS_STRING(object), static_cast<std::size_t>(PyBytes_GET_SIZE(object))};
    return true;
  }
  if (!PyUnicode_Check(object)) return !is_part(key) && set_number(key, object);
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(object, &size);
  if (text == nullptr) {
    PyErr_Clear();  // lone surrogates: no text of a snapshot has them
    return false;
  }
  text_ = {text, static_cast<std::size_t>(size)};
  return key.kind == Kind::text || (key.kind == Kind::choice && set_choice(key, text_));
}

bool KeyProbe::set_number(const Slot& key, PyObject* object) {
  if (key.kind == Kind::choice || !PyLong_Check(object)) return false;
  const bool is_unsigned = key.is_unsigned || key.kind == Kind::size;
  number_ = is_unsigned ? PyLong_AsUnsignedLongLong(object)
                        : static_cast<std::uint64_t>(PyLong_AsLongLong(object));
  if (number_ != ~std::uint64_t{0} || !PyErr_Occurred()) return true;
  PyErr_Clear();  // beyond 64 bits
  return false;
}

bool KeyProbe::set_choice(const Slot& key, std::string_view name) {
  const auto choice = std::find(key.choices.begin(), key.choices.end(), name);
  number_ = static_cast<std::uint64_t>(choice - key.choices.begin());
  return choice != key.choices.end();
}

int KeyProbe::compare(Row row) const {
  if (is_part(*key_)) return text_.compare(row.text(0));
  const bool is_unsigned = key_->is_unsigned || key_->kind == Kind::size;
  if (is_unsigned) return number_ < row.raw(0) ? -1 : number_ > row.raw(0);
  const auto mine = static_cast<std::int64_t>(number_);
  return mine < row.integer(0) ? -1 : mine > row.integer(0);
}

Rows::Rows(const Snapshot& snapshot, Row row, const Layout& layout, std::uint32_t slot)
    : block_(kEmptyBlock, 0), slots_(layout.slots[slot].layout->count()) {
  if (layout.slots[slot].tree)
    tree_ = &snapshot.tree(row, slot);
  else
    block_ = row.block(slot, slots_);
}

Row Rows::at(std::uint64_t i) const {
  return tree_ ? Row(tree_->row(i), slots_) : block_.row(static_cast<std::uint32_t>(i));
}

namespace {

// The last of `n` places whose row (by `row_at`) is not beyond the key; n if all are.
template <class F>
std::size_t last_not_beyond(const KeyProbe& key, std::size_t n, F row_at) {
  std::size_t low = 0, high = n;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (key.compare(row_at(middle)) < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return low == 0 ? n : low - 1;
}

}  // namespace

Row Rows::find(const KeyProbe& key) const {
  if (tree_) return find_in_tree(key);
  const auto row_at = [&](std::size_t i) { return block_.row(static_cast<std::uint32_t>(i)); };
  const std::size_t i = last_not_beyond(key, block_.count(), row_at);
  return i < block_.count() && key.compare(row_at(i)) == 0 ? row_at(i) : Row();
}

Row Rows::find_in_tree(const KeyProbe& key) const {
  const auto first = [&](const Chunk* chunk) { return Row(chunk->row(0), slots_); };
  const auto& branches = tree_->branches;
  const std::size_t b = last_not_beyond(
      key, branches.size(), [&](std::size_t i) { return first(branches[i]->chunk[0].get()); });
  if (b == branches.size()) return {};
  const Branch& branch = *branches[b];
  const std::size_t c = last_not_beyond(
      key, branch.count, [&](std::size_t i) { return first(branch.chunk[i].get()); });
  const Chunk& chunk = *branch.chunk[c];
  const auto row_at = [&](std::size_t i) {
    return Row(chunk.row(static_cast<std::uint32_t>(i)), slots_);
  };
  const std::size_t r = last_not_beyond(key, chunk.count, row_at);
  return key.compare(row_at(r)) == 0 ? row_at(r) : Row();
}

}  // namespace kestrel
