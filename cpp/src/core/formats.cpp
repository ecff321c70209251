#include "formats.hpp"

#include <array>
#include <cstdint>

#include "regex_syntax.hpp"
#include "text.hpp"

namespace kestrel {
namespace {

// One place of a fixed form: 'x' a hexadecimal digit, '9' a digit, else itself.
bool fits(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool good = form[i] == 'x'   ? is_hex(text[i])
                      : form[i] == '9' ? is_digit(text[i])
                                       : text[i] == form[i];
    if (!good) return false;
  }
  return true;
}

// A number of at most `digits` digits, without a leading zero, taken off `text`; -1 if there is
// none.
int take_number(std::string_view& text, std::size_t digits) {
  std::size_t n = 0;
  int value = 0;
  while (n < text.size() && n < digits && is_digit(text[n])) value = value * 10 + (text[n++] - '0');
  if (n == 0 || (n > 1 && text[0] == '0')) return -1;
  text.remove_prefix(n);
  return value;
}

int two(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

const char* uuid_fault(std::string_view text) {
  return fits(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") ? nullptr : "not 8-4-4-4-12 hex digits";
}

bool is_url_byte(char c) {
  return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '"' && c != '<' && c != '>';
}

// RFC 3986 scheme, a colon, and something after it; what follows is the scheme's affair.
const char* url_fault(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return "no scheme";
  for (std::size_t i = 0; i < colon; ++i) {
    const char c = text[i];
    if (!is_letter(c) && (i == 0 || !(is_digit(c) || c == '+' || c == '-' || c == '.')))
      return "no scheme";
  }
  if (colon + 1 == text.size()) return "nothing after the scheme";
  for (const char c : text)
    if (!is_url_byte(c)) return "holds white space or a character that URLs escape";
  return nullptr;
}

bool take_ipv4(std::string_view& text) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
    if (const int part = take_number(text, 3); part < 0 || part > 255) return false;
  }
  return true;
}

std::size_t hex_group(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && n < 5 && is_hex(text[n])) ++n;
  return n;
}

// Groups of 1-4 hex digits, one `::` at most, an IPv4 tail allowed (RFC 4291, 2.2).
bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  if (text.starts_with("::")) gap = true, text.remove_prefix(2);
  while (!text.empty()) {
    std::string_view tail = text;
    if (take_ipv4(tail) && tail.empty()) return (groups += 2) == 8 || (gap && groups < 8);
    const std::size_t n = hex_group(text);
    if (n == 0 || n > 4) return false;
    ++groups;
    text.remove_prefix(n);
    if (text.empty()) break;
    if (text.starts_with("::") && !gap) {
      gap = true;
      text.remove_prefix(2);
    } else if (text.starts_with(':') && text.size() > 1) {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return gap ? groups < 8 : groups == 8;
}

const char* cidr_fault(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return "no prefix length (`/24`)";
  std::string_view address = text.substr(0, slash), length = text.substr(slash + 1);
  std::string_view v4 = address;
  const bool is_v4 = take_ipv4(v4) && v4.empty();
  if (!is_v4 && !is_ipv6(address)) return "not an IP address";
  const int bits = take_number(length, 3);
  return bits < 0 || !length.empty() || bits > (is_v4 ? 32 : 128) ? "not a prefix length" : nullptr;
}

int days_in(int year, int month) {
  static constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool is_offset(std::string_view text) {
  if (text == "Z" || text == "z") return true;
  if (!fits(text, "+99:99") && !fits(text, "-99:99")) return false;
  return two(text, 1) < 24 && two(text, 4) < 60;
}

// RFC 3339 date-time.
const char* instant_fault(std::string_view text) {
  if (text.size() < 20 || !fits(text.substr(0, 10), "9999-99-99")) return "no date and time";
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return "no `T` before the time";
  if (!fits(text.substr(11, 8), "99:99:99")) return "no time of day";
  const int year = two(text, 0) * 100 + two(text, 2), month = two(text, 5), day = two(text, 8);
  if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return "no such day";
  if (two(text, 11) > 23 || two(text, 14) > 59 || two(text, 17) > 60) return "no such time of day";
  std::string_view rest = text.substr(19);
  if (rest.starts_with('.')) {
    std::size_t n = 1;
    while (n < rest.size() && is_digit(rest[n])) ++n;
    if (n == 1) return "no digits after the point";
    rest.remove_prefix(n);
  }
  return is_offset(rest) ? nullptr : "no offset (`Z` or `+01:00`)";
}

const char* path_fault(std::string_view text) {
  return text.find('\0') != std::string_view::npos ? "holds a zero character" : nullptr;
}

struct Format {
  std::string_view scalar;
  const char* (*fault)(std::string_view);
};

constexpr std::array<Format, 6> kFormats{{{"Uuid", uuid_fault},
                                          {"Url", url_fault},
                                          {"Cidr", cidr_fault},
                                          {"Instant", instant_fault},
                                          {"Path", path_fault},
                                          {"Regex", regex_fault}}};

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

bool has_format(std::string_view scalar) {
  for (const Format& f : kFormats)
    if (f.scalar == scalar) return true;
  return false;
}

const char* format_fault(std::string_view scalar, std::string_view text) {
  for (const Format& f : kFormats)
    if (f.scalar == scalar) return f.fault(text);
  return nullptr;
}

bool parse_base64(std::string_view text, std::string& bytes) {
  if (text.size() % 4 != 0) return false;
  while (text.ends_with('=') && text.size() % 4 != 2) text.remove_suffix(1);
  bytes.clear();
  std::uint32_t group = 0, bits = 0;
  for (const char c : text) {
    const std::size_t digit = kBase64.find(c);
    if (digit == std::string_view::npos) return false;
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if ((bits += 6) < 8) continue;
    bytes += static_cast<char>(group >> (bits -= 8) & 0xFF);
  }
  return (group & ((1u << bits) - 1)) == 0;  // no bits beyond the last byte: one text per value
}

void put_base64(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : kBase64[group >> (18 - 6 * k) & 63];
  }
}

}  // namespace kestrel
