#include "units.hpp"

#include <array>

#include "numbers.hpp"
#include "text.hpp"

namespace kestrel {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::array<Unit, 8> kTimes{{{"w", 604'800'000'000'000},
                                      {"d", 86'400'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"s", 1'000'000'000},
                                      {"ms", 1'000'000},
                                      {"us", 1'000},
                                      {"ns", 1}}};

constexpr std::string_view kPrefixes = "KMGTPE";

// Leading digits, at most 19 of them, taken off `text`.
bool take_digits(std::string_view& text, ir::Int& value) {
  std::size_t n = 0;
  std::uint64_t sum = 0;
  for (; n < text.size() && is_digit(text[n]) && n < 20; ++n)
    sum = sum * 10 + static_cast<unsigned>(text[n] - '0');
  if (n == 0 || n > 19) return false;
  value = sum;
  text.remove_prefix(n);
  return true;
}

// The unit that `text` begins with, from `from` on; its index, or the table's size.
std::size_t take_unit(std::string_view& text, std::size_t from) {
  std::size_t n = 0;
  while (n < text.size() && !is_digit(text[n])) ++n;
  std::string_view name = text.substr(0, n);
  if (name == "min") name = "m";
  if (name == "\xC2\xB5s") name = "us";
  for (; from < kTimes.size(); ++from)
    if (kTimes[from].name == name) break;
  text.remove_prefix(n);
  return from;
}

ir::Int power(int base, int exponent) {
  ir::Int value = 1;
  while (exponent-- > 0) value *= base;
  return value;
}

}  // namespace

bool parse_duration(std::string_view text, ir::Int& nanoseconds) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  nanoseconds = 0;
  if (text == "0") return true;
  if (text.empty()) return false;
  for (std::size_t unit = 0; !text.empty(); ++unit) {
    ir::Int count;
    if (!take_digits(text, count)) return false;
    if ((unit = take_unit(text, unit)) == kTimes.size()) return false;
    nanoseconds += count * kTimes[unit].nanoseconds;
  }
  if (negative) nanoseconds = -nanoseconds;
  return true;
}

void put_duration(std::string& out, std::int64_t nanoseconds) {
  if (nanoseconds == 0) {
    out += "0s";
    return;
  }
  if (nanoseconds < 0) out += '-';
  ir::Int rest = nanoseconds < 0 ? -static_cast<ir::Int>(nanoseconds) : nanoseconds;
  for (std::size_t i = 1; i < kTimes.size() && rest != 0; ++i) {  // no weeks
    if (const ir::Int count = rest / kTimes[i].nanoseconds; count != 0) {
      put_integer(out, count);
      out += kTimes[i].name;
    }
    rest %= kTimes[i].nanoseconds;
  }
}

bool parse_size(std::string_view text, bool binary, ir::Int& bytes) {
  if (!take_digits(text, bytes)) return false;
  if (text.empty() || text == "B") return true;
  const std::size_t prefix = kPrefixes.find(text[0]);
  if (prefix == std::string_view::npos) return false;
  const std::string_view rest = text.substr(1);
  if (rest != "B" && rest != "iB") return false;
  bytes *= power(binary || rest == "iB" ? 1024 : 1000, static_cast<int>(prefix) + 1);
  return true;
}

void put_size(std::string& out, std::uint64_t bytes, bool binary) {
  std::size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit < kPrefixes.size()) bytes /= 1024, ++unit;
  put_integer(out, static_cast<ir::Int>(bytes));
  if (unit > 0) out += kPrefixes[unit - 1];
  out += unit > 0 && !binary ? "iB" : "B";
}

}  // namespace kestrel
