#include "units.hpp"

#include <algorithm>
#include <array>

#include "numbers.hpp"
#include "text.hpp"

namespace kestrel {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::array<Unit, 9> kTimes{{{"y", 31'536'000'000'000'000},
                                      {"w", 604'800'000'000'000},
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

// The next of `words`, which commas and spaces part, taken off.
std::string_view take_word(std::string_view& words) {
  const std::string_view word = words.substr(0, words.find(','));
  words.remove_prefix(std::min(words.size(), word.size() + 2));
  return word;
}

bool may_stand(std::string_view unit, std::string_view units) {
  if (units.empty()) return unit != "y";
  while (!units.empty())
    if (take_word(units) == unit) return true;
  return false;
}

// The unit that `text` begins with, from `from` on; its index, or the table's size.
std::size_t take_unit(std::string_view& text, std::size_t from, std::string_view units) {
  std::size_t n = 0;
  while (n < text.size() && !is_digit(text[n])) ++n;
  std::string_view name = text.substr(0, n);
  if (name == "min" && units.empty()) name = "m";
  if (name == "\xC2\xB5s") name = "us";
  if (!may_stand(name, units)) return kTimes.size();
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

// `.5` after a number, at most 9 digits: then `value / scale` is meant. Few enough not to overflow.
bool take_decimals(std::string_view& text, ir::Int& value, ir::Int& scale) {
  if (!text.starts_with('.')) return true;
  text.remove_prefix(1);
  const std::size_t before = text.size();
  ir::Int decimals;
  if (value > 1'000'000'000 || !take_digits(text, decimals) || before - text.size() > 9)
    return false;
  scale = power(10, static_cast<int>(before - text.size()));
  value = value * scale + decimals;
  return true;
}

}  // namespace

Units Units::of(std::string_view words) {
  Units out;
  for (std::string_view rest = words; !rest.empty();) {
    const std::string_view word = take_word(rest);
    if (word == "binary")
      out.binary = true;
    else if (word == "named")
      out.named = true;
    else
      out.times = words;
  }
  return out;
}

bool parse_duration(std::string_view text, const Units& units, ir::Int& nanoseconds) {
  const bool negative = text.starts_with('-');
  if (negative && !units.times.empty()) return false;
  if (negative) text.remove_prefix(1);
  nanoseconds = 0;
  if (text == "0") return true;
  if (text.empty()) return false;
  for (std::size_t unit = 0; !text.empty(); ++unit) {
    ir::Int count;
    if (!take_digits(text, count)) return false;
    if ((unit = take_unit(text, unit, units.times)) == kTimes.size()) return false;
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
  for (std::size_t i = 2; i < kTimes.size() && rest != 0; ++i) {  // neither years nor weeks
    if (const ir::Int count = rest / kTimes[i].nanoseconds; count != 0) {
      put_integer(out, count);
      out += kTimes[i].name;
    }
    rest %= kTimes[i].nanoseconds;
  }
}

bool parse_size(std::string_view text, const Units& units, ir::Int& bytes) {
  ir::Int scale = 1;
  if (!take_digits(text, bytes) || !take_decimals(text, bytes, scale)) return false;
  if (text.empty() && units.named && bytes != 0) return false;
  ir::Int factor = 1;
  if (!text.empty() && text != "B") {
    const std::size_t prefix = kPrefixes.find(text[0]);
    if (prefix == std::string_view::npos) return false;
    const std::string_view rest = text.substr(1);
    if (rest != "B" && rest != "iB") return false;
    factor = power(units.binary || rest == "iB" ? 1024 : 1000, static_cast<int>(prefix) + 1);
  }
  bytes = bytes * factor / scale;
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
