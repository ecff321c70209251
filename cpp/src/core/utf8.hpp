// UTF-8, as far as patterns and texts need it. Text inside the core is valid UTF-8; `decode` also says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kestrel::utf8 {

inline constexpr std::uint32_t kMax = 0x10ffff;
inline constexpr std::uint32_t kBad = 0xffff'ffff;

inline bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }
inline bool surrogate(std::uint32_t code) { return code >= 0xd800 && code <= 0xdfff; }

// Number of code points of a valid text.
inline std::size_t length(std::string_view text) {
  std::size_t n = 0;
  for (char c : text) n += !continues(c);
  return n;
}

inline void append(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

// The code point at `at`, which moves behind it; kBad (and `at` unmoved) if none stands there.
inline std::uint32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
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
