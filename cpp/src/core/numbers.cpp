#include "numbers.hpp"

#include <algorithm>
#include <charconv>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <limits>

#if !defined(__cpp_lib_to_chars)
#include <clocale>
#include <locale.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif
#endif

#include "text.hpp"

namespace kestrel {
namespace {

using Unsigned = unsigned __int128;

// Digits and decimal exponent of the shortest decimal: value = 0.DIGITS * 10^point.
struct Decimal {
  char digits[32];
  int count = 0, point = 0;
};

template <class T> Decimal shortest(T value) {
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  Decimal d;
  const char* p = text;
  for (; p != end && *p != 'e'; ++p)
    if (*p != '.') d.digits[d.count++] = *p;
  int exponent = 0;
  const bool negative = p[1] == '-';
  std::from_chars(p + 2, end, exponent);
  d.point = (negative ? -exponent : exponent) + 1;
  return d;
}

void put_fixed(std::string& out, const Decimal& d) {
  if (d.point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-d.point), '0');
    out.append(d.digits, static_cast<std::size_t>(d.count));
  } else if (d.point >= d.count) {
    out.append(d.digits, static_cast<std::size_t>(d.count));
    out.append(static_cast<std::size_t>(d.point - d.count), '0');
  } else {
    out.append(d.digits, static_cast<std::size_t>(d.point));
    out += '.';
    out.append(d.digits + d.point, static_cast<std::size_t>(d.count - d.point));
  }
}

void put_scientific(std::string& out, const Decimal& d) {
  out += d.digits[0];
  if (d.count > 1) {
    out += '.';
    out.append(d.digits + 1, static_cast<std::size_t>(d.count - 1));
  }
  out += 'e';
  out += d.point > 0 ? '+' : '-';
  out += std::to_string(std::abs(d.point - 1));
}

// ECMAScript, Number::toString. What is not finite is never in a document, but a computed value may be.
template <class T> void put_shortest(std::string& out, T value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (value == 0) {
    out += '0';
    return;
  }
  if (value < 0) out += '-';
  if (std::isinf(value)) {
    out += "Infinity";
    return;
  }
  const Decimal d = shortest(std::abs(value));
  if (d.point > -6 && d.point <= 21)
    put_fixed(out, d);
  else
    put_scientific(out, d);
}

#if defined(__cpp_lib_to_chars)
// The power of ten of a JSON number, roughly: is one that is out of range too large or too small?
long order_of(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  long order = 0;
  if (e != std::string_view::npos) {
    std::size_t from = e + (text[e + 1] == '+' ? 2 : 1);
    const auto r = std::from_chars(text.data() + from, text.data() + text.size(), order);
    if (r.ec != std::errc()) order = text[from] == '-' ? LONG_MIN : LONG_MAX;
    order = std::clamp(order, LONG_MIN / 2, LONG_MAX / 2);  // the digits below are added to it
  }
  const std::string_view digits = text.substr(0, e);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t first = std::min(digits.find_first_of("123456789"), digits.size());
  return order + static_cast<long>(point) - static_cast<long>(first);
}
#else
// Standard libraries without from_chars of doubles: strtod in the C locale.
double read_double(const std::string& text) {
  static const locale_t c = newlocale(LC_ALL_MASK, "C", nullptr);
  return strtod_l(text.c_str(), nullptr, c);
}
#endif

std::size_t skip_digits(std::string_view text, std::size_t i) {
  while (i < text.size() && is_digit(text[i])) ++i;
  return i;
}

int digit_value(char c) { return is_digit(c) ? c - '0' : is_hex(c) ? (c | 32) - 'a' + 10 : 99; }

Got parse_digits(std::string_view digits, int base, bool negative, ir::Int& value) {
  if (digits.empty()) return Got::no;
  const Unsigned limit = static_cast<Unsigned>(kIntMax) + (negative ? 1 : 0);
  Unsigned sum = 0;
  bool huge = false;
  for (const char c : digits) {
    const int d = digit_value(c);
    if (d >= base) return Got::no;
    huge = huge || sum > (limit - static_cast<Unsigned>(d)) / static_cast<Unsigned>(base);
    sum = sum * static_cast<Unsigned>(base) + static_cast<Unsigned>(d);
  }
  if (huge) return Got::huge;
  value = static_cast<ir::Int>(negative ? Unsigned{0} - sum : sum);
  return Got::yes;
}

bool take_sign(std::string_view& text, bool plus_too) {
  if (text.empty() || (text[0] != '-' && !(plus_too && text[0] == '+'))) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  return negative;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> choices) {
  for (const auto choice : choices)
    if (text == choice) return true;
  return false;
}

}  // namespace

void put_integer(std::string& out, std::int64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void put_integer(std::string& out, ir::Int value) {
  if (value >= INT64_MIN && value <= INT64_MAX)
    return put_integer(out, static_cast<std::int64_t>(value));
  Unsigned rest =
      value < 0 ? Unsigned{0} - static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
  char text[48];
  char* p = text + sizeof text;
  for (; rest != 0; rest /= 10) *--p = static_cast<char>('0' + static_cast<int>(rest % 10));
  if (value < 0) *--p = '-';
  out.append(p, text + sizeof text);
}

std::string to_text(ir::Int value) {
  std::string out;
  put_integer(out, value);
  return out;
}

void put_real(std::string& out, double value) { put_shortest(out, value); }
void put_real32(std::string& out, float value) { put_shortest(out, value); }

Got parse_integer(std::string_view text, ir::Int& value) {
  const bool negative = take_sign(text, false);
  return parse_digits(text, 10, negative, value);
}

double parse_real(std::string_view text) {
#if defined(__cpp_lib_to_chars)
  double value = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), value);
  if (r.ec != std::errc::result_out_of_range) return value;
  return order_of(text) > 0 ? std::numeric_limits<double>::infinity() : 0.0;
#else
  return read_double(std::string(text));
#endif
}

bool is_json_number(std::string_view text, bool& integral) {
  integral = true;
  std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t first = i;
  i = skip_digits(text, i);
  if (i == first || (text[first] == '0' && i > first + 1)) return false;
  if (i < text.size() && text[i] == '.') {
    integral = false;
    const std::size_t from = ++i;
    if ((i = skip_digits(text, i)) == from) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    integral = false;
    if (++i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    const std::size_t from = i;
    if ((i = skip_digits(text, i)) == from) return false;
  }
  return i == text.size();
}

Got parse_plain_integer(std::string_view text, ir::Int& value) {
  const bool negative = take_sign(text, true);
  if (text.starts_with("0x")) return parse_digits(text.substr(2), 16, negative, value);
  if (text.starts_with("0o")) return parse_digits(text.substr(2), 8, negative, value);
  if (text.size() > 1 && text[0] == '0')
    return Got::no;  // 012: octal in one YAML, decimal in another
  return parse_digits(text, 10, negative, value);
}

bool parse_plain_real(std::string_view text, double& value) {
  std::string_view rest = text;
  const bool negative = take_sign(rest, true);
  bool integral;
  if (is_one_of(rest, {".inf", ".Inf", ".INF"}))
    value = std::numeric_limits<double>::infinity();
  else if (is_one_of(text, {".nan", ".NaN", ".NAN"}))
    value = std::numeric_limits<double>::quiet_NaN();
  else if (!rest.starts_with('-') && is_json_number(rest, integral))
    value = parse_real(rest);
  else if (rest.size() > 1 && rest[0] == '.' && is_json_number("0" + std::string(rest), integral))
    value = parse_real("0" + std::string(rest));
  else
    return false;
  if (negative) value = -value;
  return true;
}

}  // namespace kestrel
