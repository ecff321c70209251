#include "text.hpp"

#include <algorithm>
#include <cstring>

namespace kestrel {
namespace {

// Eight bytes at a time while all are ASCII.
std::size_t skip_ascii(std::string_view text, std::size_t i) {
  for (; i + 32 <= text.size(); i += 32) {
    std::uint64_t words[4];
    std::memcpy(words, text.data() + i, 32);
    if ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080u) break;
  }
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if (word & 0x8080808080808080u) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

struct Lead {
  unsigned length;
  unsigned char lo, hi;  // what the second byte may be
};

// Table 3-7 of the Unicode standard: well-formed sequences by their first byte.
Lead lead_of(unsigned char c) {
  if (c >= 0xC2 && c <= 0xDF) return {2, 0x80, 0xBF};
  if (c == 0xE0) return {3, 0xA0, 0xBF};
  if (c == 0xED) return {3, 0x80, 0x9F};
  if (c >= 0xE1 && c <= 0xEF) return {3, 0x80, 0xBF};
  if (c == 0xF0) return {4, 0x90, 0xBF};
  if (c >= 0xF1 && c <= 0xF3) return {4, 0x80, 0xBF};
  if (c == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

bool sequence_at(std::string_view text, std::size_t i, unsigned& length) {
  const Lead lead = lead_of(byte_at(text, i));
  length = lead.length;
  if (length == 0 || byte_at(text, i + 1) < lead.lo || byte_at(text, i + 1) > lead.hi) return false;
  for (unsigned k = 2; k < length; ++k)
    if ((byte_at(text, i + k) & 0xC0) != 0x80) return false;
  return true;
}

// UTF-16 orders supplementary characters (first byte F0 and above) before U+E000..U+FFFF (EE, EF).
unsigned utf16_rank(unsigned char c) { return c >= 0xF0 ? 0xEEu : c >= 0xEE ? c + 8u : c; }

const char* short_escape(char c) {
  switch (c) {
  case '"': return "\\\"";
  case '\\': return "\\\\";
  case '\b': return "\\b";
  case '\f': return "\\f";
  case '\n': return "\\n";
  case '\r': return "\\r";
  case '\t': return "\\t";
  default: return nullptr;
  }
}

void put_escaped(std::string& out, char c) {
  if (const char* escape = short_escape(c)) {
    out += escape;
    return;
  }
  out += "\\u00";
  out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
  out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Optimal string alignment distance, ASCII case costing nothing.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

}  // namespace

std::size_t invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while ((i = skip_ascii(text, i)) < text.size()) {
    unsigned length;
    if (!sequence_at(text, i, length)) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::uint32_t code_points(std::string_view text) {
  std::uint32_t n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

void put_utf8(std::string& out, std::uint32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    tail(12), tail(6), tail(0);
  }
}

bool utf16_less(std::string_view a, std::string_view b) {
  const std::size_t n = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < n; ++i)
    if (a[i] != b[i])
      return utf16_rank(static_cast<unsigned char>(a[i])) <
                 utf16_rank(static_cast<unsigned char>(b[i])) ||
             (static_cast<unsigned char>(a[i]) >= 0xF0 &&
              static_cast<unsigned char>(b[i]) >= 0xF0 &&
              static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[i]));
  return a.size() < b.size();
}

bool has_high_text(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0xEE; });
}

void put_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out.append(text, from, i - from);
    put_escaped(out, text[i]);
    from = i + 1;
  }
  out.append(text, from);
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  put_json_string(out, text);
  return out;
}

void put_pointer_step(std::string& out, std::string_view name) {
  out += '/';
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string nearest(std::string_view name, const std::vector<std::string_view>& candidates) {
  if (name.size() > 64) return {};
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string_view found;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > 64) continue;
    const std::size_t d = distance(name, candidate);
    if (d < best) best = d, found = candidate;
  }
  return std::string(found);
}

}  // namespace kestrel
