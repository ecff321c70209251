// A row is one record as bytes. Every offset in it counts from the row's own first byte, so equal rows
// are equal bytes wherever they lie: `memcmp` compares them and `memcpy` moves them.
//
//   u32 size        of the whole row, a multiple of 8
//   u32 tail        where the fixed part ends and the tail begins
//   u64 present[w]  bit i: slot i has a value (an absent optional has none)
//   u64 written[w]  bit i: slot i stands in the document; the others are derived (default, when, compute)
//   u64 slot[n]     slot 0 is the row's key where it is a map's entry or a set's item, else 0
//   u8  tail[]      what slots refer to: texts, nested rows, nested collections; 8-aligned parts, padding zero
//
// A slot is 8 bytes, whatever its kind (layout.hpp: Kind): a number, or a Ref into the tail. This is the
// contract that compiled code is written against: field i of a layout is 8 bytes at a constant offset.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace kestrel {

// Where a slot's bytes lie in its own row. Absent and empty are {0, 0}.
struct Ref {
  std::uint32_t offset = 0, size = 0;
};

struct RowHeader {
  std::uint32_t size, tail;
};

// What a row, or a tree of rows, takes at most: offsets fit 32 bits, and a small document with large
// defaults cannot ask for all of the memory.
inline constexpr std::uint32_t kMaxValue = std::uint32_t{1} << 30;

inline constexpr std::uint32_t align8(std::uint32_t n) { return (n + 7u) & ~7u; }
inline constexpr std::uint32_t bitmap_words(std::uint32_t slots) { return (slots + 63u) / 64u; }
inline constexpr std::uint32_t fixed_size(std::uint32_t slots) {
  return static_cast<std::uint32_t>(sizeof(RowHeader)) + 16u * bitmap_words(slots) + 8u * slots;
}

template <class T>
inline T load(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
inline void store(std::uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

class Block;

// Reads a row of a layout with `slots` slots. Two words; pass it by value.
class Row {
 public:
  Row() = default;
  Row(const std::uint8_t* bytes, std::uint32_t slots) : bytes_(bytes), slots_(slots) {}

  explicit operator bool() const { return bytes_ != nullptr; }
  const std::uint8_t* bytes() const { return bytes_; }
  std::uint32_t slots() const { return slots_; }
  std::uint32_t size() const { return load<std::uint32_t>(bytes_); }

  bool present(std::uint32_t slot) const { return bit(8, slot); }
  bool written(std::uint32_t slot) const { return bit(8 + 8 * bitmap_words(slots_), slot); }

  std::uint64_t raw(std::uint32_t slot) const { return load<std::uint64_t>(at(slot)); }
  std::int64_t integer(std::uint32_t slot) const { return std::bit_cast<std::int64_t>(raw(slot)); }
  double real(std::uint32_t slot) const { return std::bit_cast<double>(raw(slot)); }
  Ref ref(std::uint32_t slot) const { return std::bit_cast<Ref>(raw(slot)); }
  std::string_view text(std::uint32_t slot) const {
    const Ref r = ref(slot);
    return {reinterpret_cast<const char*>(bytes_ + r.offset), r.size};
  }
  // The nested row or collection that a slot refers to. Of a collection use `block`: an empty one has no bytes.
  const std::uint8_t* nested(std::uint32_t slot) const { return bytes_ + ref(slot).offset; }
  inline Block block(std::uint32_t slot, std::uint32_t element_slots) const;

  bool same_bytes(Row other) const {
    return bytes_ == other.bytes_ ||
           (size() == other.size() && std::memcmp(bytes_, other.bytes_, size()) == 0);
  }

 private:
  const std::uint8_t* at(std::uint32_t slot) const {
    return bytes_ + sizeof(RowHeader) + 16 * bitmap_words(slots_) + 8 * slot;
  }
  bool bit(std::uint32_t base, std::uint32_t slot) const {
    return load<std::uint64_t>(bytes_ + base + 8 * (slot / 64)) >> (slot % 64) & 1;
  }

  const std::uint8_t* bytes_ = nullptr;
  std::uint32_t slots_ = 0;
};

// A collection inside a row (one that is not a tree of its own; see tree.hpp):
//   u32 count, u32 size, u32 offset[count] padded to 8, then the rows; offsets count from the block's start.
class Block {
 public:
  Block(const std::uint8_t* bytes, std::uint32_t slots) : bytes_(bytes), slots_(slots) {}
  std::uint32_t count() const { return load<std::uint32_t>(bytes_); }
  std::uint32_t size() const { return load<std::uint32_t>(bytes_ + 4); }
  Row row(std::uint32_t i) const {
    return {bytes_ + load<std::uint32_t>(bytes_ + 8 + 4 * i), slots_};
  }

 private:
  const std::uint8_t* bytes_;
  std::uint32_t slots_;
};

inline constexpr std::uint8_t kEmptyBlock[8] = {0, 0, 0, 0, 8, 0, 0, 0};  // count 0, size 8

inline Block Row::block(std::uint32_t slot, std::uint32_t element_slots) const {
  return {ref(slot).size == 0 ? kEmptyBlock : nested(slot), element_slots};
}

}  // namespace kestrel
