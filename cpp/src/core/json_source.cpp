#include "json_source.hpp"

#include "text.hpp"

namespace kestrel {

PaddedText::PaddedText(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes || text.size() > 0xFFFF'0000u)
    throw Invalid{
        {{.code = "KS0415", .values = {{"limit", std::to_string(limits.bytes)}}, .path = ""}}};
  if (const std::size_t at = invalid_utf8(text); at != std::string_view::npos) {
    const auto begin = static_cast<std::uint32_t>(at);
    throw Invalid{{{.code = "KS0416", .values = {}, .path = "", .begin = begin, .end = begin + 1}}};
  }
  const auto size = static_cast<std::uint32_t>(text.size());
  bytes_.extend(size + kPadding);
  if (size > 0) std::memcpy(bytes_.data(), text.data(), size);
  std::memset(bytes_.data() + size, 0, kPadding);
}

void JsonSource::malformed(const char* why, const char* at) {
  const auto begin = static_cast<std::uint32_t>(at - base_);
  const std::uint32_t end = at < end_ ? begin + 1 : begin;
  throw Fatal{{.code = "KS0410", .values = {{"why", why}}, .path = "", .begin = begin, .end = end}};
}

void JsonSource::unexpected(const char* wanted) {
  const std::string why = p_ >= end_ ? std::string("the text ends where ") + wanted + " is due"
                                     : std::string(wanted) + " is due here";
  malformed(why.c_str(), p_);
}

void JsonSource::too_deep() {
  const auto begin = static_cast<std::uint32_t>(p_ - base_);
  throw Fatal{{.code = "KS0414", .values = {}, .path = "", .begin = begin, .end = begin + 1}};
}

void JsonSource::literal(std::string_view word) {
  const bool same = room() >= word.size() && std::memcmp(p_, word.data(), word.size()) == 0;
  if (!same || is_letter(p_[word.size()])) unexpected("a value");
  p_ += word.size();
}

std::string_view JsonSource::number(bool& integral) {
  skip_space();
  const char* from = p_;
  while (is_digit(*p_) || *p_ == '-' || *p_ == '+' || *p_ == '.' || (*p_ | 32) == 'e') ++p_;
  const std::string_view token(from, static_cast<std::size_t>(p_ - from));
  if (token.empty() || !is_json_number(token, integral))
    malformed("not a number that JSON has", from);
  return token;
}

Got JsonSource::integer(ir::Int& value) {
  if (shape() != Shape::number) return Got::no;
  const char* from = p_;
  bool integral;
  const std::string_view token = number(integral);
  const Got got = integral ? parse_integer(token, value) : Got::no;
  if (got != Got::yes) p_ = from;
  return got;
}

bool JsonSource::slow_real(double& value) {
  if (shape() != Shape::number) return false;
  bool integral;
  value = parse_real(number(integral));
  return true;
}

std::uint32_t JsonSource::hex4(const char* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    if (!is_hex(at[i])) malformed("`\\u` needs four hexadecimal digits", at);
    value = value << 4 |
            static_cast<std::uint32_t>(is_digit(at[i]) ? at[i] - '0' : (at[i] | 32) - 'a' + 10);
  }
  return value;
}

// The escape whose backslash is at `at`, decoded to the scratch text; returns what follows it.
const char* JsonSource::put_escape(const char* at) {
  static constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
  if (const std::size_t i = from.find(at[1]); i != std::string_view::npos) {
    scratch_ += to[i];
    return at + 2;
  }
  if (at[1] != 'u') malformed("no such escape", at);
  std::uint32_t unit = hex4(at + 2);
  const char* next = at + 6;
  if (unit >= 0xD800 && unit < 0xDC00 && next[0] == '\\' && next[1] == 'u') {
    const std::uint32_t low = hex4(next + 2);
    if (low < 0xDC00 || low > 0xDFFF) malformed("half of a surrogate pair", at);
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    next += 6;
  } else if (unit >= 0xD800 && unit <= 0xDFFF) {
    malformed("half of a surrogate pair", at);
  }
  put_utf8(scratch_, unit);
  return next;
}

std::string_view JsonSource::unescaped(const char* from, const char* stop) {
  scratch_.assign(from, stop);
  while (*stop != '"') {
    if (stop >= end_) malformed("a string that does not end", from - 1);
    if (*stop != '\\') malformed("a control character in a string", stop);
    const char* next = put_escape(stop);
    stop = plain_end(next);
    scratch_.append(next, stop);
  }
  p_ = stop + 1;
  return scratch_;
}

void JsonSource::skip_members() {
  for (Cursor c = open_map(); more(c);) {
    key();
    skip();
  }
}

void JsonSource::skip_items() {
  for (Cursor c = open_list(); more(c);) skip();
}

void JsonSource::skip() {
  std::string_view ignored;
  bool integral;
  switch (shape()) {
  case Shape::map: return skip_members();
  case Shape::list: return skip_items();
  case Shape::text: text(ignored); return;
  case Shape::number: number(integral); return;
  case Shape::boolean: boolean(integral); return;
  default: null();
  }
}

void JsonSource::finish() {
  skip_space();
  if (p_ != end_) malformed("something follows the document", p_);
}

Span JsonSource::span(Mark mark) const {
  JsonSource other = *this;
  other.seek(mark);
  const Mark begin = other.mark();
  try {
    other.skip();
  } catch (const Fatal&) {
    return {begin, begin + 1};
  }
  return {begin, static_cast<Mark>(other.p_ - base_)};
}

std::string_view JsonSource::raw(Mark mark) const {
  const Span at = span(mark);
  return {base_ + at.begin, at.end - at.begin};
}

std::string JsonSource::key_text(Mark mark) const {
  JsonSource other = *this;
  other.seek(mark);
  return std::string(other.string());
}

std::string JsonSource::describe(Mark mark) const {
  JsonSource other = *this;
  other.seek(mark);
  const Shape shape = other.shape();
  if (shape == Shape::map || shape == Shape::list || shape == Shape::null) return shape_name(shape);
  return excerpt(raw(mark));
}

}  // namespace kestrel
