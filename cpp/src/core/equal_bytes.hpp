// Where two stretches of bytes begin to differ; `memcmp` says only that they do.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "kestrel/row.hpp"

namespace kestrel {

// 64 bytes of two stretches. `first` is the place of the first unequal word of 8, if not `same`.
// It is found without branches: which word it is cannot be foreseen.
#if defined(__SSE2__)
class Stride {
 public:
  Stride(const std::uint8_t* a, const std::uint8_t* b) {
    for (int i = 0; i < 4; ++i) {
      const auto lane = [i](const std::uint8_t* at) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at) + i);
      };
      equal_[i] = _mm_cmpeq_epi8(lane(a), lane(b));
    }
  }
  bool same() const {
    const __m128i all = _mm_and_si128(_mm_and_si128(equal_[0], equal_[1]),
                                      _mm_and_si128(equal_[2], equal_[3]));
    return _mm_movemask_epi8(all) == 0xffff;
  }
  std::size_t first() const {
    std::uint64_t bytes = 0;
    for (int i = 0; i < 4; ++i)
      bytes |= static_cast<std::uint64_t>(_mm_movemask_epi8(equal_[i])) << 16 * i;
    return static_cast<std::size_t>(std::countr_one(bytes)) / 8 * 8;
  }

 private:
  __m128i equal_[4];
};
#else
class Stride {
 public:
  Stride(const std::uint8_t* a, const std::uint8_t* b) {
    for (std::uint32_t i = 0; i < 8; ++i)
      unequal_ |= std::uint32_t{load<std::uint64_t>(a + 8 * i) != load<std::uint64_t>(b + 8 * i)}
                  << i;
  }
  bool same() const { return unequal_ == 0; }
  std::size_t first() const { return 8 * static_cast<std::size_t>(std::countr_zero(unequal_)); }

 private:
  std::uint32_t unequal_ = 0;
};
#endif

// How many of the first `size` bytes are equal, in whole words of 8. `size` is a multiple of 8.
inline std::size_t equal_bytes(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64)
    if (const Stride stride(a + at, b + at); !stride.same()) return at + stride.first();
  while (at < size && load<std::uint64_t>(a + at) == load<std::uint64_t>(b + at)) at += 8;
  return at;
}

}  // namespace kestrel
