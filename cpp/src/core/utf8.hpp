// UTF-8, code point by code point: what patterns are read and made by (text.hpp has the rest).
#pragma once

#include <cstdint>
#include <string_view>

namespace kestrel::utf8 {

inline constexpr std::uint32_t kMax = 0x10ffff;
inline constexpr std::uint32_t kBad = 0xffff'ffff;

inline bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }
inline bool surrogate(std::uint32_t code) { return code >= 0xd800 && code <= 0xdfff; }

// The code point at `at`, which moves behind it; kBad (and `at` unmoved) if none stands there.
inline std::uint32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(text[i])};
  };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return text[at++];
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > text.size()) return kBad;
  std::uint32_t code = first & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (!continues(text[at + i])) return kBad;
    code = code << 6 | (byte(at + i) & 0x3f);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[size] || code > kMax || surrogate(code)) return kBad;
  at += size;
  return code;
}

}  // namespace kestrel::utf8
