// Reads JSON text (RFC 8259, nothing beyond it), one value after the other, without a tree.
#pragma once

#include <cstring>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define KESTREL_SSE2 1
#endif

#include "kestrel/row_writer.hpp"
#include "source.hpp"
#include "text.hpp"

namespace kestrel {

// A copy of a text with zeros after it, so that reading ahead stays inside.
class PaddedText {
 public:
  static constexpr std::uint32_t kPadding = 64;
  // Throws Invalid: KS0415 (larger than `limits.bytes`), KS0416 (no UTF-8).
  PaddedText(std::string_view text, const Limits& limits);
  const char* data() const { return reinterpret_cast<const char*>(bytes_.data()); }
  std::uint32_t size() const { return bytes_.size() - kPadding; }

 private:
  Buffer bytes_;
};

class JsonSource {
 public:
  struct Cursor {
    bool first;
    char close;
  };

  JsonSource(const PaddedText& text, std::uint32_t depth)
      : base_(text.data()), p_(base_), end_(base_ + text.size()), depth_left_(depth) {}

  Shape shape() {
    skip_space();
    switch (*p_) {
    case '"': return Shape::text;
    case '{': return Shape::map;
    case '[': return Shape::list;
    case 't':
    case 'f': return Shape::boolean;
    case 'n': return Shape::null;
    default: return number_shape();
    }
  }

  Mark mark() {
    skip_space();
    return static_cast<Mark>(p_ - base_);
  }
  void seek(Mark mark) { p_ = base_ + mark; }
  Mark passed() const { return static_cast<Mark>(p_ - base_); }  // just after what was taken last

  // To come back from the middle of a value.
  std::uint32_t depth_left() const { return depth_left_; }
  void rewind(Mark mark, std::uint32_t depth_left) {
    seek(mark);
    depth_left_ = depth_left;
  }

  bool maybe_absent() {
    skip_space();
    return *p_ == 'n';
  }
  bool none() { return false; }
  void some() {}
  bool null() {
    skip_space();
    return *p_ == 'n' && (literal("null"), true);
  }
  bool boolean(bool& value) {
    skip_space();
    if (*p_ != 't' && *p_ != 'f') return false;
    value = *p_ == 't';
    literal(value ? "true" : "false");
    return true;
  }

  // An integer of at most 18 digits; anything else is left for `integer`.
  bool small(std::int64_t& value) {
    skip_space();
    const char* p = p_ + (*p_ == '-');
    const char* first = p;
    std::uint64_t v = 0;
    for (unsigned d; (d = static_cast<unsigned char>(*p) - unsigned{'0'}) <= 9 && p - first < 19;
         ++p)
      v = v * 10 + d;
    const auto digits = p - first;
    if (digits == 0 || digits > 18 || (*first == '0' && digits > 1)) return false;
    if (*p == '.' || (*p | 32) == 'e') return false;
    value = *p_ == '-' ? -static_cast<std::int64_t>(v) : static_cast<std::int64_t>(v);
    p_ = p;
    return true;
  }
  Got integer(ir::Int& value);
  bool real(double& value) {
    skip_space();
    return quick_real(value) || slow_real(value);
  }

  bool text(std::string_view& out) {
    skip_space();
    if (*p_ != '"') return false;
    out = string();
    return true;
  }
  std::string_view digits() {  // an integer's text, however long
    bool integral;
    const std::string_view token = number(integral);
    return token;
  }
  bool core_boolean(bool&) { return false; }
  bool bytes(std::string_view&) { return false; }
  bool secret(std::string_view&) { return false; }
  bool duration(ir::Int&) { return false; }
  bool variant(std::string_view&, std::uint32_t&) { return false; }

  Cursor open_map() { return open('}'); }
  Cursor open_list() { return open(']'); }

  bool more(Cursor& c) {
    skip_space();
    if (*p_ == c.close) return close();
    if (!c.first) {
      if (*p_ != ',') unexpected(c.close == '}' ? "`,` or `}`" : "`,` or `]`");
      ++p_;
      skip_space();
    }
    c.first = false;
    return true;
  }

  bool key_is(const QuickName& name) {
    if (!name.starts(p_) || (name.size > 16 && !name.rest_is(p_))) return false;
    key_ = static_cast<Mark>(p_ - base_);
    p_ += name.size;
    colon();
    return true;
  }
  std::string_view key() {
    key_ = static_cast<Mark>(p_ - base_);
    if (*p_ != '"') unexpected("a member's name");
    const std::string_view name = string();
    colon();
    return name;
  }
  Mark last_key() const { return key_; }

  void skip();
  void finish();  // nothing but white space may follow

  Span span(Mark mark) const;
  Span key_span(Mark mark) const { return span(mark); }
  std::string key_text(Mark mark) const;
  std::string describe(Mark mark) const;
  std::string_view raw(Mark mark) const;  // the value's own text

  // Text of the number at the cursor, taken. Fatal where JSON has no such number.
  std::string_view number(bool& integral);

 private:
  void skip_space() {
    if (static_cast<unsigned char>(*p_) > ' ') return;
    while (*p_ == ' ' || *p_ == '\n' || *p_ == '\t' || *p_ == '\r') ++p_;
  }
  std::size_t room() const { return static_cast<std::size_t>(end_ - p_); }
  void colon() {
    skip_space();
    if (*p_ != ':') unexpected("`:`");
    ++p_;
  }
  Cursor open(char close) {
    if (depth_left_ == 0) too_deep();
    --depth_left_;
    ++p_;
    return {true, close};
  }
  bool close() {
    ++p_;
    ++depth_left_;
    return false;
  }

  std::string_view string() {
    const char* from = p_ + 1;
    const char* stop = plain_end(from);
    if (*stop != '"') return unescaped(from, stop);
    p_ = stop + 1;
    return {from, static_cast<std::size_t>(stop - from)};
  }
  // The first quote, backslash or control character; the padding ends every text.
  // A decimal without exponent and of at most 15 digits is the quotient of two exact doubles.
  bool quick_real(double& value) {
    static constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char* first = p_ + (*p_ == '-');
    const char* p = first;
    std::uint64_t digits = 0;
    const auto take = [&] {
      for (; is_digit(*p) && p - first < 18; ++p)
        digits = digits * 10 + static_cast<unsigned>(*p - '0');
    };
    take();
    const auto whole = p - first;
    if (whole == 0 || whole > 15 || (*first == '0' && whole > 1)) return false;
    std::ptrdiff_t fraction = 0;
    if (*p == '.') {
      const char* point = p++;
      take();
      fraction = p - point - 1;
      if (fraction == 0) return false;
    }
    if (whole + fraction > 15 || is_digit(*p) || (*p | 32) == 'e') return false;
    value = static_cast<double>(digits) / powers[fraction];
    if (*p_ == '-') value = -value;
    p_ = p;
    return true;
  }
  bool slow_real(double& value);
  static const char* plain_end(const char* p) {
#if KESTREL_SSE2
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  low = _mm_set1_epi8(0x1F);
    for (;; p += 16) {
      const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
      const __m128i hit =
          _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)),
                       _mm_cmpeq_epi8(_mm_min_epu8(v, low), v));
      if (const auto bits = static_cast<unsigned>(_mm_movemask_epi8(hit)))
        return p + __builtin_ctz(bits);
    }
#else
    while (static_cast<unsigned char>(*p) >= 0x20 && *p != '"' && *p != '\\') ++p;
    return p;
#endif
  }

  Shape number_shape() {
    if (*p_ != '-' && (*p_ < '0' || *p_ > '9')) unexpected("a value");
    return Shape::number;
  }
  void literal(std::string_view word);
  std::string_view unescaped(const char* from, const char* stop);
  const char* put_escape(const char* at);
  std::uint32_t hex4(const char* at);
  void skip_members();
  void skip_items();
  [[noreturn]] void unexpected(const char* wanted);
  [[noreturn]] void malformed(const char* why, const char* at);
  [[noreturn]] void too_deep();

  const char *base_, *p_, *end_;
  std::uint32_t depth_left_;
  Mark key_ = 0;
  std::string scratch_;
};

}  // namespace kestrel
