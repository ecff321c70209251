// Makes rows, and collections of rows, in the one byte form that row.hpp defines: parts of the tail
// in slot order, each 8-aligned with zero padding, so that equal values are equal bytes.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "kestrel/issue.hpp"
#include "kestrel/layout.hpp"
#include "kestrel/row.hpp"

namespace kestrel {

// Throws Invalid (KS0415) where `bytes` are more than `kMaxValue`.
void check_size(std::uint64_t bytes);

// Bytes that grow, 8-aligned, not zeroed. Positions are offsets: the bytes move when they grow.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer(Buffer&& o) noexcept
      : data_(std::exchange(o.data_, nullptr)),
        size_(std::exchange(o.size_, 0)),
        room_(std::exchange(o.room_, 0)) {}
  ~Buffer() { std::free(data_); }

  std::uint8_t* data() { return data_; }
  const std::uint8_t* data() const { return data_; }
  std::uint32_t size() const { return size_; }
  void truncate(std::uint32_t size) { size_ = size; }
  // Makes `n` more bytes, whatever they hold, and returns where they begin. Throws Invalid (KS0415)
  // where they would be more than `kMaxValue`.
  std::uint32_t extend(std::uint32_t n) {
    if (room_ - size_ < n) grow(n);
    return std::exchange(size_, size_ + n);
  }
  // Appends a part, padded with zeros to a multiple of 8.
  std::uint32_t append(const void* bytes, std::uint32_t n) {
    const std::uint32_t at = extend(align8(n));
    if (n == 0) return at;
    std::memset(data_ + size_ - 8, 0, 8);
    std::memcpy(data_ + at, bytes, n);
    return at;
  }

 private:
  void grow(std::uint32_t n);
  std::uint8_t* data_ = nullptr;
  std::uint32_t size_ = 0, room_ = 0;
};

// Is a slot of this kind a Ref into the row's tail? Spine collections (`Slot::tree`) are not.
bool is_part(Kind kind);
inline bool is_part(const Slot& slot) { return !slot.tree && is_part(slot.kind); }

// One row: from nothing, or from an old row of the same layout, with slots replaced. What it is
// given by view must stay until `append_to`.
class RowWriter {
 public:
  explicit RowWriter(const Layout& layout);  // nothing present; trees keep their index
  RowWriter(const Layout& layout, Row old);

  void put(std::uint32_t slot, std::uint64_t raw, bool written);
  void put_part(std::uint32_t slot, std::string_view part, bool written);
  // The same slot of another row of this layout, value and presence; `written` as given.
  void take(std::uint32_t slot, Row from, bool written);
  void drop(std::uint32_t slot);  // absent, not written
  void reset(
      std::uint32_t slot);  // as if it never had been written: the constant default, or absent

  std::uint32_t append_to(Buffer& out) const;  // where the row begins in `out`
  std::vector<std::uint64_t> words() const;    // the row alone

 private:
  void set_bit(std::vector<std::uint64_t>& bits, std::uint32_t slot, bool on);
  const Layout& layout_;
  std::vector<std::uint64_t> present_, written_, raw_;
  std::vector<std::string_view> parts_;
};

// Order of entries of a map and items of a set, by slot 0: numbers by value, all else by bytes.
int compare_keys(const Layout& element, Row a, Row b);

// A nested collection (row.hpp: Block) of rows in the order given, appended to `out`; its bytes,
// which are none if there are no rows.
Ref append_block(Buffer& out, const std::vector<const std::uint8_t*>& rows);

}  // namespace kestrel
