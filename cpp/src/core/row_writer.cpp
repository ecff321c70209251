#include "kestrel/row_writer.hpp"

#include <algorithm>
#include <string>

namespace kestrel {

void check_size(std::uint64_t bytes) {
  if (bytes > kMaxValue)
    throw Invalid{
        {{.code = "KS0415", .values = {{"limit", std::to_string(kMaxValue)}}, .path = ""}}};
}

void Buffer::grow(std::uint32_t n) {
  const std::uint64_t need = std::uint64_t{size_} + n;
  check_size(need);
  const std::uint64_t room =
      std::min<std::uint64_t>(std::max(need, std::uint64_t{room_} * 2 + 1024), kMaxValue);
  void* data = std::realloc(data_, room);
  if (!data) throw std::bad_alloc();
  data_ = static_cast<std::uint8_t*>(data);
  room_ = static_cast<std::uint32_t>(room);
}

bool is_part(Kind kind) {
  switch (kind) {
  case Kind::unit:
  case Kind::boolean:
  case Kind::integer:
  case Kind::real:
  case Kind::duration:
  case Kind::size:
  case Kind::choice: return false;
  default: return true;
  }
}

RowWriter::RowWriter(const Layout& layout)
    : layout_(layout),
      present_(bitmap_words(layout.count())),
      written_(present_.size()),
      raw_(layout.count()),
      parts_(layout.count()) {
  for (std::uint32_t i = 0; i < layout.count(); ++i)
    if (layout.slots[i].tree) raw_[i] = layout.slots[i].tree_index;
}

RowWriter::RowWriter(const Layout& layout, Row old) : RowWriter(layout) {
  for (std::uint32_t i = 0; i < layout.count(); ++i)
    if (old.present(i)) take(i, old, old.written(i));
}

void RowWriter::set_bit(std::vector<std::uint64_t>& bits, std::uint32_t slot, bool on) {
  const std::uint64_t bit = std::uint64_t{1} << slot % 64;
  bits[slot / 64] = on ? bits[slot / 64] | bit : bits[slot / 64] & ~bit;
}

void RowWriter::put(std::uint32_t slot, std::uint64_t raw, bool written) {
  set_bit(present_, slot, true);
  set_bit(written_, slot, written);
  if (!layout_.slots[slot].tree) raw_[slot] = raw;
}

void RowWriter::put_part(std::uint32_t slot, std::string_view part, bool written) {
  set_bit(present_, slot, true);
  set_bit(written_, slot, written);
  parts_[slot] = part;
}

void RowWriter::take(std::uint32_t slot, Row from, bool written) {
  if (!from.present(slot)) return drop(slot);
  if (is_part(layout_.slots[slot]))
    put_part(slot, from.text(slot), written);
  else
    put(slot, from.raw(slot), written);
}

void RowWriter::drop(std::uint32_t slot) {
  set_bit(present_, slot, false);
  set_bit(written_, slot, false);
  parts_[slot] = {};
  if (!layout_.slots[slot].tree) raw_[slot] = 0;
}

void RowWriter::reset(std::uint32_t slot) {
  take(slot, {reinterpret_cast<const std::uint8_t*>(layout_.blank.data()), layout_.count()}, false);
}

std::uint32_t RowWriter::append_to(Buffer& out) const {
  const std::uint32_t fixed = layout_.fixed(), words = bitmap_words(layout_.count());
  const std::uint32_t at = out.extend(fixed);
  std::memcpy(out.data() + at + 8, present_.data(), 8 * words);
  std::memcpy(out.data() + at + 8 + 8 * words, written_.data(), 8 * words);
  std::memcpy(out.data() + at + 8 + 16 * words, raw_.data(), 8 * raw_.size());
  for (std::uint32_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].empty()) continue;
    const auto size = static_cast<std::uint32_t>(parts_[i].size());
    const Ref ref{out.append(parts_[i].data(), size) - at, size};
    store(out.data() + at + 8 + 16 * words + 8 * i, ref);
  }
  store(out.data() + at, RowHeader{out.size() - at, fixed});
  return at;
}

std::vector<std::uint64_t> RowWriter::words() const {
  Buffer out;
  append_to(out);
  std::vector<std::uint64_t> words(out.size() / 8);
  std::memcpy(words.data(), out.data(), out.size());
  return words;
}

namespace {

int sign(bool less, bool greater) { return greater ? 1 : less ? -1 : 0; }

template <class T> int compare_as(Row a, Row b) {
  const auto x = std::bit_cast<T>(a.raw(0)), y = std::bit_cast<T>(b.raw(0));
  return sign(x < y, y < x);
}

int compare_bytes(Row a, Row b) {
  const std::string_view x = a.text(0), y = b.text(0);
  const int order = std::memcmp(x.data(), y.data(), std::min(x.size(), y.size()));
  return order != 0 ? order : sign(x.size() < y.size(), x.size() > y.size());
}

}  // namespace

int compare_keys(const Layout& element, Row a, Row b) {
  const Slot& key = element.slots[0];
  if (is_part(key.kind)) return compare_bytes(a, b);
  if (key.kind == Kind::real) return compare_as<double>(a, b);
  const bool is_signed =
      (key.kind == Kind::integer && !key.is_unsigned) || key.kind == Kind::duration;
  return is_signed ? compare_as<std::int64_t>(a, b) : compare_as<std::uint64_t>(a, b);
}

Ref append_block(Buffer& out, const std::vector<const std::uint8_t*>& rows) {
  if (rows.empty()) return {};
  const auto count = static_cast<std::uint32_t>(rows.size());
  std::uint64_t size = align8(8 + 4 * count);
  for (const std::uint8_t* row : rows) size += load<std::uint32_t>(row);
  check_size(size);
  const std::uint32_t at = out.extend(static_cast<std::uint32_t>(size));
  std::uint8_t* block = out.data() + at;
  std::uint32_t offset = align8(8 + 4 * count);
  store(block + offset - 8, std::uint64_t{0});
  store(block, count);
  store(block + 4, static_cast<std::uint32_t>(size));
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto row_size = load<std::uint32_t>(rows[i]);
    store(block + 8 + 4 * i, offset);
    std::memcpy(block + offset, rows[i], row_size);
    offset += row_size;
  }
  return {at, static_cast<std::uint32_t>(size)};
}

}  // namespace kestrel
