// What functions of Kestrel need when they are compiled: values, operations, calls of C, audit.
// Kestrel {{ version }}; do not edit.
//
// An operation means what the table of operations of Kestrel's core says. One that may fail gives an
// `Out`: a value, or why there is none. Nothing here throws but the memory that runs out.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#ifdef __FAST_MATH__
#error "Kestrel's functions have IEEE 754 arithmetic: compile them without -ffast-math"
#endif

namespace kestrel {
namespace ffi __attribute__((visibility("hidden"))) {  // each module has its own

__extension__ typedef __int128 Int;
__extension__ typedef unsigned __int128 Word;
inline constexpr Int kIntMin = static_cast<Int>(static_cast<Word>(1) << 127);
inline constexpr Int kIntMax = static_cast<Int>(~static_cast<Word>(0) >> 1);

// ---------------------------------------------------------------- values

struct Unit {
  bool operator==(const Unit&) const = default;
};
inline constexpr Unit unit{};

struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
  std::size_t size() const { return data.size(); }
  std::uint8_t operator[](std::size_t i) const { return static_cast<std::uint8_t>(data[i]); }
};

template <class T>
using Option = std::optional<T>;

template <class T>
struct ListOf {
  using type = std::vector<T>;
};
template <>
struct ListOf<bool> {
  using type = std::deque<bool>;  // items that are values, as of every other list
};
template <class T>
using List = typename ListOf<T>::type;
template <class T>
using Map = std::map<std::string, T>;

// A value, or why there is none.
template <class T, class E>
struct Result {
  bool is_ok = false;
  T value{};
  E error{};

  static Result ok(T v) {
    Result r;
    r.is_ok = true;
    r.value = std::move(v);
    return r;
  }
  static Result err(E e) {
    Result r;
    r.error = std::move(e);
    return r;
  }
  bool operator==(const Result& o) const {
    return is_ok == o.is_ok && (is_ok ? value == o.value : error == o.error);
  }
};

// A value that holds values of its own type: on the heap, copied as a value.
template <class T>
class Box {
 public:
  Box() = default;
  Box(T v) : at_(std::make_unique<T>(std::move(v))) {}
  Box(const Box& o) : at_(o.at_ ? std::make_unique<T>(*o.at_) : nullptr) {}
  Box(Box&&) noexcept = default;
  Box& operator=(Box o) noexcept {
    at_ = std::move(o.at_);
    return *this;
  }
  const T& operator*() const { return *at_; }
  bool operator==(const Box& o) const { return at_ && o.at_ ? *at_ == *o.at_ : !at_ && !o.at_; }

 private:
  std::unique_ptr<T> at_;
};

// ---------------------------------------------------------------- failures

enum class Fail : std::uint8_t { none, overflow, division, missing, range, duplicate, depth, sink };
inline constexpr const char* kFailNames[] = {"",      "overflow",  "division", "missing",
                                             "range", "duplicate", "depth",    "sink"};

// `place` numbers the places of a module, in its `.places.json`.
struct Fault {
  Fail code = Fail::none;
  std::uint32_t place = 0;
};

template <class T>
struct [[nodiscard]] Out {
  Fault fault;
  T value{};

  Out() = default;
  Out(T v) : value(std::move(v)) {}
  Out(Fault f) : fault(f) {}
  Out(Fail code) : fault{code, 0} {}
  bool failed() const { return fault.code != Fail::none; }
};

inline Fault at(Fault fault, std::uint32_t place) {
  return fault.place ? fault : Fault{fault.code, place};
}

// ---------------------------------------------------------------- integers
//
// Names end in nothing where the result is known to fit, in `_checked` where it may not.

inline Out<Int> add_checked(Int a, Int b) {
  Int r;
  if (__builtin_add_overflow(a, b, &r)) return Fail::overflow;
  return r;
}
inline Out<Int> sub_checked(Int a, Int b) {
  Int r;
  if (__builtin_sub_overflow(a, b, &r)) return Fail::overflow;
  return r;
}
inline Out<Int> mul_checked(Int a, Int b) {
  Int r;
  if (__builtin_mul_overflow(a, b, &r)) return Fail::overflow;
  return r;
}
inline Out<Int> neg_checked(Int a) {
  if (a == kIntMin) return Fail::overflow;
  return -a;
}
template <class W>
Out<W> div_checked(W a, W b) {
  if (b == 0) return Fail::division;
  if (b == -1) {
    if (a == (sizeof(W) == 16 ? static_cast<W>(kIntMin) : std::numeric_limits<W>::min()))
      return Fail::overflow;
    return static_cast<W>(-a);
  }
  return static_cast<W>(a / b);
}
template <class W>
Out<W> rem_checked(W a, W b) {
  if (b == 0) return Fail::division;
  return static_cast<W>(b == -1 ? 0 : a % b);
}
inline Out<Int> shl_checked(Int a, Int b) {
  if (b < 0 || b > 127) return Fail::range;
  const Int r = static_cast<Int>(static_cast<Word>(a) << static_cast<unsigned>(b));
  if (r >> static_cast<unsigned>(b) != a) return Fail::overflow;
  return r;
}
inline Out<Int> shr_checked(Int a, Int b) {
  if (b < 0 || b > 127) return Fail::range;
  return a >> static_cast<unsigned>(b);
}
template <class W>
W shl(W a, W b) {
  return static_cast<W>(a * (static_cast<W>(1) << b));  // `a` may be negative; the result fits
}
template <class W>
W shr(W a, W b) {
  return static_cast<W>(a >> b);
}

// One of lo..=hi: `a` modulo their number, or the nearest.
inline Int wrap(Int a, Int lo, Int hi) {
  const Word size = static_cast<Word>(hi) - static_cast<Word>(lo) + 1;
  if (size == 0) return a;
  return static_cast<Int>((static_cast<Word>(a) - static_cast<Word>(lo)) % size +
                          static_cast<Word>(lo));
}
template <class W>
W clamp(W a, W lo, W hi) {
  return a < lo ? lo : a > hi ? hi : a;
}
inline Int mul_wrap(Int a, Int b) {
  return static_cast<Int>(static_cast<Word>(a) * static_cast<Word>(b));
}
inline Int mul_clamp(Int a, Int b) {
  Int r;
  if (!__builtin_mul_overflow(a, b, &r)) return r;
  return (a < 0) == (b < 0) ? kIntMax : kIntMin;
}
template <class T, class W>
Out<T> fit(W a) {
  if constexpr (sizeof(W) <= 8) {
    if (!std::in_range<T>(a)) return Fail::range;
  } else {
    if (a < static_cast<Int>(std::numeric_limits<T>::min()) ||
        a > static_cast<Int>(std::numeric_limits<T>::max()))
      return Fail::range;
  }
  return static_cast<T>(a);
}

// ---------------------------------------------------------------- reals

inline double canonical(double d) { return d != d ? std::numeric_limits<double>::quiet_NaN() : d; }
inline Out<Int> float_to_int(double d) {
  if (!(d >= -0x1p127 && d < 0x1p127)) return Fail::range;
  return static_cast<Int>(d);
}

// ---------------------------------------------------------------- text

inline Int text_len(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}
inline std::size_t text_find(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  const void* found = memmem(text.data(), text.size(), part.data(), part.size());
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data())
               : std::string_view::npos;
}
inline bool text_contains(std::string_view text, std::string_view part) {
  return text_find(text, part) != std::string_view::npos;
}
inline bool text_starts_with(std::string_view text, std::string_view part) {
  return text.starts_with(part);
}
inline bool text_ends_with(std::string_view text, std::string_view part) {
  return text.ends_with(part);
}
inline std::string text_concat(std::string_view a, std::string_view b) {
  std::string out;
  out.reserve(a.size() + b.size());
  out += a;
  out += b;
  return out;
}
template <class F>
std::string each_byte(std::string text, F change) {
  for (char& c : text) c = change(c);
  return text;
}
inline std::string text_lower(std::string text) {
  return each_byte(std::move(text),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}
inline std::string text_upper(std::string text) {
  return each_byte(std::move(text),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
}
inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline std::string text_trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return std::string(text);
}
inline Out<std::vector<std::string>> text_split(std::string_view text, std::string_view separator) {
  if (separator.empty()) return Fail::range;
  std::vector<std::string> parts;
  for (std::size_t at = text_find(text, separator); at != std::string_view::npos;
       at = text_find(text, separator)) {
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.emplace_back(text);
  return parts;
}
inline std::string text_join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

// A pattern's automaton over bytes, as the core makes it: state 0 is dead.
struct Automaton {
  const std::uint8_t* classes;
  std::uint32_t width, start;
  const std::uint32_t* next;
  const std::uint8_t* accepting;

  bool matches(std::string_view text) const {
    std::uint32_t state = start;
    for (const char c : text) {
      state = next[state + classes[static_cast<unsigned char>(c)]];
      if (state == 0) return false;
    }
    return accepting[state / width] != 0;
  }
};

// ---------------------------------------------------------------- as people read it

inline void put(std::string& out, Int number) {
  char digits[41];
  char* at = digits + sizeof digits;
  Word rest = number < 0 ? -static_cast<Word>(number) : static_cast<Word>(number);
  do {
    *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  if (number < 0) *--at = '-';
  out.append(at, static_cast<std::size_t>(digits + sizeof digits - at));
}
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
std::string show(T number) {
  std::string out;
  put(out, static_cast<Int>(number));
  return out;
}
inline std::string show(Int number) {
  std::string out;
  put(out, number);
  return out;
}
inline std::string show(bool b) { return b ? "true" : "false"; }
inline std::string show(Unit) { return "()"; }

// ECMAScript's shortest form (ECMA-262, Number::toString).
template <class F>
std::string show_real(F d) {
  if (d != d) return "NaN";
  if (std::isinf(d)) return d < 0 ? "-Infinity" : "Infinity";
  if (d == 0) return "0";
  char text[64];
  const F size = std::abs(d);
  const auto end = std::to_chars(text, text + sizeof text, size, std::chars_format::scientific).ptr;
  const std::string_view all(text, static_cast<std::size_t>(end - text));
  const std::size_t e = all.find('e');
  int exponent = 0;
  std::from_chars(all.data() + e + 2, end, exponent);
  const int n = (all[e + 1] == '-' ? -exponent : exponent) + 1;
  std::string digits(1, all[0]);
  if (e > 1) digits += all.substr(2, e - 2);
  const int k = static_cast<int>(digits.size());
  const auto zeros = [](int count) { return std::string(static_cast<std::size_t>(count), '0'); };
  const auto head = static_cast<std::size_t>(n > 0 ? n : 0);
  std::string out(d < 0 ? "-" : "");
  if (k <= n && n <= 21) return out + digits + zeros(n - k);
  if (0 < n && n <= 21) return out + digits.substr(0, head) + "." + digits.substr(head);
  if (-6 < n && n <= 0) return out + "0." + zeros(-n) + digits;
  out += digits.substr(0, 1);
  if (k > 1) out += "." + digits.substr(1);
  return out + "e" + (n > 0 ? "+" : "-") + std::to_string(n > 0 ? n - 1 : 1 - n);
}
inline std::string show(double d) { return show_real(d); }
inline std::string show(float d) { return show_real(d); }

inline std::string show_duration(Int nanoseconds) {
  if (nanoseconds == 0) return "0s";
  struct Time {
    const char* name;
    std::int64_t nanoseconds;
  };
  static constexpr Time times[] = {{"d", 86'400'000'000'000}, {"h", 3'600'000'000'000},
                                   {"m", 60'000'000'000},     {"s", 1'000'000'000},
                                   {"ms", 1'000'000},         {"us", 1'000},
                                   {"ns", 1}};
  std::string out(nanoseconds < 0 ? "-" : "");
  Int rest = nanoseconds < 0 ? -nanoseconds : nanoseconds;
  for (const Time& time : times) {
    if (rest >= time.nanoseconds) {
      put(out, rest / time.nanoseconds);
      out += time.name;
    }
    rest %= time.nanoseconds;
  }
  return out;
}
inline std::string show_size(Int bytes) {
  static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t power = 0;
  while (bytes != 0 && bytes % 1024 == 0 && power + 1 < std::size(units)) bytes /= 1024, ++power;
  std::string out;
  put(out, bytes);
  return out + units[power];
}

// ---------------------------------------------------------------- collections

// What a function over items gives is an `Out`: the first failure ends the walk.
template <class C, class F>
Out<bool> some_item(const C& items, F&& holds, bool wanted) {
  for (const auto& item : items) {
    Out<bool> found = holds(item);
    if (found.failed()) return found;
    if (found.value == wanted) return true;
  }
  return false;
}
template <class C, class F>
Out<bool> all_of(const C& items, F&& holds) {
  Out<bool> found = some_item(items, holds, false);
  if (!found.failed()) found.value = !found.value;
  return found;
}
template <class C, class F>
Out<bool> any_of(const C& items, F&& holds) {
  return some_item(items, holds, true);
}
template <class C, class F>
Out<bool> none_of(const C& items, F&& holds) {
  Out<bool> found = some_item(items, holds, true);
  if (!found.failed()) found.value = !found.value;
  return found;
}
template <class C, class F>
Out<Int> count(const C& items, F&& holds) {
  Int n = 0;
  for (const auto& item : items) {
    const Out<bool> found = holds(item);
    if (found.failed()) return found.fault;
    n += found.value;
  }
  return n;
}
template <class C, class F>
Out<Int> sum(const C& items, F&& measure) {
  Int total = 0;
  for (const auto& item : items) {
    const auto found = measure(item);
    if (found.failed()) return found.fault;
    if (__builtin_add_overflow(total, static_cast<Int>(found.value), &total)) return Fail::overflow;
  }
  return total;
}
template <class C, class F>
Out<Int> extreme(const C& items, F&& measure, bool least) {
  bool any = false;
  Int best = 0;
  for (const auto& item : items) {
    const auto found = measure(item);
    if (found.failed()) return found.fault;
    const Int number = static_cast<Int>(found.value);
    if (!any || (least ? number < best : number > best)) best = number;
    any = true;
  }
  if (!any) return Fail::missing;
  return best;
}
template <class To, class C, class F>
Out<To> map_items(const C& items, F&& change) {
  To out;
  for (const auto& item : items) {
    auto found = change(item);
    if (found.failed()) return found.fault;
    out.push_back(std::move(found.value));
  }
  return out;
}
template <class To, class T, class F>
Out<To> map_option(const Option<T>& option, F&& change) {
  if (!option) return To{};
  auto found = change(*option);
  if (found.failed()) return found.fault;
  return To(std::move(found.value));
}
template <class C, class F>
Out<C> filter_items(const C& items, F&& holds) {
  C out;
  for (const auto& item : items) {
    const Out<bool> found = holds(item);
    if (found.failed()) return found.fault;
    if (found.value) out.push_back(item);
  }
  return out;
}
template <class T, class F>
Out<Option<T>> filter_option(const Option<T>& option, F&& holds) {
  if (!option) return Option<T>{};
  const Out<bool> found = holds(*option);
  if (found.failed()) return found.fault;
  return found.value ? option : Option<T>{};
}
template <class C, class T>
bool contains(const C& items, const T& wanted) {
  return std::find(items.begin(), items.end(), wanted) != items.end();
}
template <class C>
C concat(C a, const C& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
template <class C>
C distinct(const C& items) {
  C out;
  for (const auto& item : items)
    if (!contains(out, item)) out.push_back(item);
  return out;
}
template <class C, class F>
Out<bool> unique(const C& items, F&& change) {
  std::vector<decltype(change(*items.begin()).value)> seen;
  for (const auto& item : items) {
    auto found = change(item);
    if (found.failed()) return found.fault;
    if (contains(seen, found.value)) return false;
    seen.push_back(std::move(found.value));
  }
  return true;
}
template <class C>
auto item_at(const C& items, Int index) -> Out<std::decay_t<decltype(items[0])>> {
  if (index < 0 || index >= static_cast<Int>(items.size())) return Fail::range;
  return items[static_cast<std::size_t>(index)];
}
inline Out<std::vector<Int>> range(Int from, Int to) {
  std::vector<Int> out;
  if (to <= from) return out;
  if (from < to - 65536) return Fail::range;
  for (Int i = from; i < to; ++i) out.push_back(i);
  return out;
}
// An option as the list of what it has.
template <class T>
std::span<const T> items_of(const Option<T>& option) {
  return option ? std::span<const T>(&*option, 1) : std::span<const T>();
}

// A map's entry, as a function over the map gets it.
template <class F>
auto by_value(F& f) {
  return [&f](const auto& entry) { return f(entry.first, entry.second); };
}
template <class T>
Out<T> map_at(const Map<T>& map, const std::string& key) {
  const auto found = map.find(key);
  if (found == map.end()) return Fail::missing;
  return found->second;
}
template <class T>
List<std::string> map_keys(const Map<T>& map) {
  List<std::string> out;
  for (const auto& entry : map) out.push_back(entry.first);
  return out;
}
template <class T>
List<T> map_values(const Map<T>& map) {
  List<T> out;
  for (const auto& entry : map) out.push_back(entry.second);
  return out;
}
template <class U, class T, class F>
Out<Map<U>> map_map(const Map<T>& map, F&& change) {
  Map<U> out;
  for (const auto& [key, value] : map) {
    auto found = change(key, value);
    if (found.failed()) return found.fault;
    out.emplace(key, std::move(found.value));
  }
  return out;
}
template <class T, class F>
Out<Map<T>> map_filter(const Map<T>& map, F&& holds) {
  Map<T> out;
  for (const auto& [key, value] : map) {
    const Out<bool> found = holds(key, value);
    if (found.failed()) return found.fault;
    if (found.value) out.emplace(key, value);
  }
  return out;
}
template <class T>
Map<T> map_merge(const Map<T>& a, Map<T> b) {
  for (const auto& entry : a) b.insert(entry);
  return b;
}
template <class T>
Map<T> map_without(Map<T> map, const std::string& key) {
  map.erase(key);
  return map;
}
template <class T>
Out<Map<T>> make_map(std::initializer_list<std::pair<std::string, T>> entries) {
  Map<T> out;
  for (const auto& [key, value] : entries)
    if (!out.emplace(key, value).second) return Fail::duplicate;
  return out;
}
template <class T>
Out<T> option_get(const Option<T>& option) {
  if (!option) return Fail::missing;
  return *option;
}

// Structural equality; integers of any width.
template <class A, class B>
bool eq(const A& a, const B& b) {
  constexpr bool ints = (std::is_integral_v<A> || std::is_same_v<A, Int>) &&
                        (std::is_integral_v<B> || std::is_same_v<B, Int>) &&
                        !std::is_same_v<A, bool>;
  if constexpr (ints)
    return static_cast<Int>(a) == static_cast<Int>(b);
  else
    return a == b;
}

// ---------------------------------------------------------------- one type as another

template <class To, class From>
struct Converter {
  static Out<To> convert(const From& from) {
    if constexpr (std::is_same_v<To, From>) {
      return from;
    } else if constexpr (std::is_floating_point_v<To>) {
      return static_cast<To>(from);
    } else if constexpr (std::is_same_v<To, Int>) {
      return static_cast<Int>(from);
    } else if constexpr (std::is_integral_v<To>) {
      return fit<To>(from);
    } else {
      return To(from);
    }
  }
};
template <class To, class From>
Out<To> convert(const From& from) {
  return Converter<To, From>::convert(from);
}
template <class To, class From>
  requires(!std::is_same_v<To, From>)
struct Converter<std::vector<To>, std::vector<From>> {
  static Out<std::vector<To>> convert(const std::vector<From>& from) {
    std::vector<To> out;
    for (const From& item : from) {
      Out<To> made = ffi::convert<To>(item);
      if (made.failed()) return made.fault;
      out.push_back(std::move(made.value));
    }
    return out;
  }
};
template <class To, class From>
  requires(!std::is_same_v<To, From>)
struct Converter<Option<To>, Option<From>> {
  static Out<Option<To>> convert(const Option<From>& from) {
    if (!from) return Option<To>{};
    Out<To> made = ffi::convert<To>(*from);
    if (made.failed()) return made.fault;
    return Option<To>(std::move(made.value));
  }
};
template <class To, class From>
  requires(!std::is_same_v<To, From>)
struct Converter<Map<To>, Map<From>> {
  static Out<Map<To>> convert(const Map<From>& from) {
    Map<To> out;
    for (const auto& [key, item] : from) {
      Out<To> made = ffi::convert<To>(item);
      if (made.failed()) return made.fault;
      out.emplace(key, std::move(made.value));
    }
    return out;
  }
};
template <class T, class E, class U, class F>
  requires(!std::is_same_v<Result<T, E>, Result<U, F>>)
struct Converter<Result<T, E>, Result<U, F>> {
  static Out<Result<T, E>> convert(const Result<U, F>& from) {
    if (from.is_ok) {
      Out<T> made = ffi::convert<T>(from.value);
      if (made.failed()) return made.fault;
      return Result<T, E>::ok(std::move(made.value));
    }
    Out<E> made = ffi::convert<E>(from.error);
    if (made.failed()) return made.fault;
    return Result<T, E>::err(std::move(made.value));
  }
};
template <class... To, class... From>
  requires(!std::is_same_v<std::tuple<To...>, std::tuple<From...>>)
struct Converter<std::tuple<To...>, std::tuple<From...>> {
  static Out<std::tuple<To...>> convert(const std::tuple<From...>& from) {
    return each(from, std::index_sequence_for<To...>{});
  }
  template <std::size_t... I>
  static Out<std::tuple<To...>> each(const std::tuple<From...>& from, std::index_sequence<I...>) {
    std::tuple<Out<To>...> made{ffi::convert<To>(std::get<I>(from))...};
    Fault fault;
    ((fault.code == Fail::none ? void(fault = std::get<I>(made).fault) : void()), ...);
    if (fault.code != Fail::none) return fault;
    return std::tuple<To...>(std::move(std::get<I>(made).value)...);
  }
};

// ---------------------------------------------------------------- recursion

// Calls within calls of functions that call themselves, in this thread.
class Depth {
 public:
  Depth() { ++calls(); }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  ~Depth() { --calls(); }
  bool is_too_deep() const { return calls() > 500; }

 private:
  static int& calls() {
    static thread_local int number = 0;
    return number;
  }
};

// ---------------------------------------------------------------- deferred expressions

template <class F>
class Deferred {
 public:
  explicit Deferred(F run) : run_(std::move(run)) {}
  Deferred(const Deferred&) = delete;
  Deferred& operator=(const Deferred&) = delete;
  ~Deferred() { run_(); }

 private:
  F run_;
};

// ---------------------------------------------------------------- audit

struct Field {
  const char* name;
  enum class Kind : std::uint8_t { boolean, integer, real, text } kind;
  std::int64_t integer = 0;  // a boolean too; an integer beyond 64 bits is text
  double real = 0;
  std::string text{};
};
inline Field field(const char* name, bool v) { return {name, Field::Kind::boolean, v, 0, {}}; }
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
Field field(const char* name, T v) {
  if (!std::in_range<std::int64_t>(v)) return {name, Field::Kind::text, 0, 0, show(v)};
  return {name, Field::Kind::integer, static_cast<std::int64_t>(v), 0, {}};
}
inline Field field(const char* name, Int v) {
  if (v < INT64_MIN || v > INT64_MAX) return {name, Field::Kind::text, 0, 0, show(v)};
  return {name, Field::Kind::integer, static_cast<std::int64_t>(v), 0, {}};
}
inline Field field(const char* name, double v) { return {name, Field::Kind::real, 0, v, {}}; }
inline Field field(const char* name, std::string_view v) {
  return {name, Field::Kind::text, 0, 0, std::string(v)};
}

// Where records go; false where one could not be written, which stops the function. A program
// without Python gives its own function.
using Sink = bool (*)(void* context, const char* event, const Field* fields, std::size_t count);
struct Installed {
  Sink sink = nullptr;
  void* context = nullptr;
};
#ifdef KESTREL_AUDIT_DISCARD
inline Installed installed{[](void*, const char*, const Field*, std::size_t) { return true; },
                           nullptr};
#else
inline Installed installed{};
#endif
inline void install(Sink sink, void* context) { installed = {sink, context}; }
inline bool has_sink() { return installed.sink != nullptr; }
inline bool audit(const char* event, std::initializer_list<Field> fields) {
  return installed.sink &&
         installed.sink(installed.context, event, fields.begin(), fields.size());
}

// What a deferred expression could not do.
inline void deferred_failed(const char* what, Int code) {
  audit("kestrel.deferred.failed", {field("function", what), field("status", code)});
}
inline void deferred_failed(const char* what, Fault fault) {
  audit("kestrel.deferred.failed",
        {field("function", what), field("failure", kFailNames[static_cast<int>(fault.code)])});
}

// ---------------------------------------------------------------- C

// An owned pointer of C. `Release::call` takes it.
template <class Raw, class Release>
class Handle {
 public:
  Handle() = default;
  explicit Handle(Raw* raw) : raw_(raw) {}
  Handle(Handle&& o) noexcept : raw_(std::exchange(o.raw_, nullptr)) {}
  Handle& operator=(Handle&& o) noexcept {
    if (this != &o) {
      drop();
      raw_ = std::exchange(o.raw_, nullptr);
    }
    return *this;
  }
  ~Handle() { drop(); }
  Raw* get() const { return raw_; }
  Raw* take() { return std::exchange(raw_, nullptr); }
  explicit operator bool() const { return raw_ != nullptr; }
  void drop() {
    if (raw_) Release::call(take());
  }
  bool operator==(const Handle& o) const { return raw_ == o.raw_; }

 private:
  Raw* raw_ = nullptr;
};

// Items that somebody else keeps, for the time of a call.
template <class T>
struct Buffer {
  const T* data = nullptr;
  std::size_t length = 0;
  std::size_t size() const { return length; }
  T operator[](std::size_t i) const { return data[i]; }
  const T* begin() const { return data; }
  const T* end() const { return data + length; }
};
inline Buffer<std::uint8_t> buffer(const Bytes& b) {
  return {reinterpret_cast<const std::uint8_t*>(b.data.data()), b.data.size()};
}
template <class T>
Buffer<T> buffer(const std::vector<T>& items) {
  return {items.data(), items.size()};
}
template <class T>
Buffer<T> buffer(Buffer<T> b) {
  return b;
}

// Text of C as text here: bytes that are no UTF-8 become U+FFFD (Unicode 15, section 3.9).
inline std::string text(const char* s) {
  std::string out;
  for (const auto* p = reinterpret_cast<const unsigned char*>(s); p && *p;) {
    const unsigned lead = *p;
    const int more = lead < 0x80 ? 0 : lead >= 0xC2 && lead < 0xE0 ? 1 : lead >= 0xE0 && lead < 0xF0 ? 2
                     : lead >= 0xF0 && lead < 0xF5 ? 3 : -1;
    int have = 0;
    while (have < more && (p[have + 1] & 0xC0) == 0x80) {
      const unsigned next = p[have + 1];
      const bool bad = have == 0 && ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) ||
                                     (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F));
      if (bad) break;
      ++have;
    }
    if (more >= 0 && have == more) {
      out.append(reinterpret_cast<const char*>(p), static_cast<std::size_t>(more + 1));
      p += more + 1;
    } else {
      out += "\xEF\xBF\xBD";
      p += 1 + (have > 0 ? have : 0);
    }
  }
  return out;
}
inline std::string text(const unsigned char* s) { return text(reinterpret_cast<const char*>(s)); }
inline std::string text(const signed char* s) { return text(reinterpret_cast<const char*>(s)); }

// Bytes from an address that C gave.
inline Out<Bytes> copied(const void* address, Int size) {
  if (size < 0 || size > (Int{1} << 48)) return Fail::range;
  if (!address) return Bytes{};
  return Bytes{std::string(static_cast<const char*>(address), static_cast<std::size_t>(size))};
}

// What a function of C is declared to take and give, so that it can be held against its header.
struct CText {};  // const char*
template <class T>
struct Address {};  // a pointer to bytes, or to T
template <class Raw>
struct Lent {};  // a handle
template <class T>
struct Into {};  // an `out` parameter
template <class T>
struct Items {};  // a buffer

template <class T>
inline constexpr bool is_byte = std::is_void_v<T> || (std::is_integral_v<T> && sizeof(T) == 1);
template <>
inline constexpr bool is_byte<void> = true;

template <class Declared, class Actual>
struct Fits {
  static constexpr bool check() {
    if constexpr (std::is_same_v<Declared, Actual>) {
      return true;
    } else if constexpr (std::is_enum_v<Actual>) {
      return Fits<Declared, std::underlying_type_t<Actual>>::check();
    } else if constexpr (std::is_same_v<Declared, bool> || std::is_same_v<Actual, bool>) {
      return false;
    } else if constexpr (std::is_integral_v<Declared> && std::is_integral_v<Actual>) {
      return sizeof(Declared) == sizeof(Actual) &&
             (std::is_signed_v<Declared> == std::is_signed_v<Actual> || std::is_same_v<Actual, char>);
    } else {
      return false;
    }
  }
};
template <class T>
using Bare = std::remove_cv_t<std::remove_pointer_t<T>>;
template <class Actual>
struct Fits<CText, Actual> {
  static constexpr bool check() {
    if constexpr (std::is_pointer_v<Actual>)
      return std::is_integral_v<Bare<Actual>> && sizeof(std::conditional_t<std::is_void_v<Bare<Actual>>, int, Bare<Actual>>) == 1;
    else
      return false;
  }
};
template <class T, class Actual>
struct Fits<Address<T>, Actual> {
  static constexpr bool check() {
    if constexpr (std::is_pointer_v<Actual>) {
      using To = Bare<Actual>;
      return std::is_same_v<To, T> || is_byte<To> || is_byte<T>;
    } else {
      return false;
    }
  }
};
template <class Raw, class Actual>
struct Fits<Lent<Raw>, Actual> {
  static constexpr bool check() {
    if constexpr (std::is_pointer_v<Actual>)
      return std::is_same_v<Bare<Actual>, Raw>;
    else
      return false;
  }
};
template <class T, class Actual>
struct Fits<Into<T>, Actual> {
  static constexpr bool check() {
    if constexpr (std::is_pointer_v<Actual>)
      return Fits<T, std::remove_pointer_t<Actual>>::check();
    else
      return false;
  }
};
template <class T, class Actual>
struct Fits<Items<T>, Actual> {
  static constexpr bool check() {
    if constexpr (std::is_pointer_v<Actual>) {
      using To = Bare<Actual>;
      if constexpr (std::is_void_v<To>)
        return true;
      else
        return Fits<T, To>::check() || (sizeof(T) == 1 && is_byte<To>);
    } else {
      return false;
    }
  }
};

template <class F>
struct Signature {
  static constexpr bool known = false;
  static constexpr std::size_t arity = 0;
};
template <class R, class... A>
struct Signature<R (*)(A...)> {
  static constexpr bool known = true;
  static constexpr std::size_t arity = sizeof...(A);
  using result = R;
  template <std::size_t I>
  using arg = std::tuple_element_t<I, std::tuple<A...>>;
};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : Signature<R (*)(A...)> {};

template <class F, std::size_t N>
constexpr bool takes() {
  return Signature<F>::known && Signature<F>::arity == N;
}
template <class F, std::size_t I, class Declared>
constexpr bool takes_at() {
  if constexpr (Signature<F>::known && I < Signature<F>::arity)
    return Fits<Declared, typename Signature<F>::template arg<I>>::check();
  else
    return true;  // said by `takes` already
}
template <class F, class Declared>
constexpr bool gives() {
  if constexpr (Signature<F>::known)
    return Fits<Declared, typename Signature<F>::result>::check();
  else
    return true;
}
template <class F, std::size_t I>
using ArgOf = typename Signature<F>::template arg<I>;
// Where a function of C puts what an `out` parameter is.
template <class F, std::size_t I>
using OutOf = std::remove_pointer_t<ArgOf<F, I>>;

// A value as the argument that a header declares.
template <class P, class T>
P pass(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return reinterpret_cast<P>(const_cast<char*>(value.c_str()));
  } else if constexpr (std::is_same_v<T, Option<std::string>>) {
    return value ? reinterpret_cast<P>(const_cast<char*>(value->c_str())) : nullptr;
  } else if constexpr (requires { value.data; value.length; }) {
    using Item = std::remove_pointer_t<P>;
    return static_cast<P>(const_cast<std::remove_cv_t<Item>*>(
        reinterpret_cast<const std::remove_cv_t<Item>*>(value.data)));
  } else if constexpr (std::is_pointer_v<T> && std::is_pointer_v<P>) {
    return reinterpret_cast<P>(const_cast<std::remove_cv_t<std::remove_pointer_t<T>>*>(value));
  } else {
    return static_cast<P>(value);
  }
}

}  // namespace ffi
}  // namespace kestrel
