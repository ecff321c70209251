// Operations on Text and Bytes.
#include <string.h>

#include <algorithm>
#include <vector>

#include "node.hpp"
#include "text.hpp"
#include "walk.hpp"

namespace kestrel::eval::ops {
namespace {

struct Texts {
  std::string_view a, b;
};

Texts texts(const Node& n, Eval& e, Value* f) {
  const std::string_view a = text_arg(n, 0, e, f), b = text_arg(n, 1, e, f);
  e.spend(n, (a.size() + b.size()) / 64);
  return {a, b};
}

// Linear in both: `std::string_view::find` is not.
std::size_t find(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  const void* at = memmem(text.data(), text.size(), part.data(), part.size());
  return at ? static_cast<std::size_t>(static_cast<const char*>(at) - text.data())
            : std::string_view::npos;
}

template <class F>
Value each_byte(const Node& n, Eval& e, std::string_view text, F change) {
  char* out = e.take<char>(n, text.size());
  for (std::size_t i = 0; i < text.size(); ++i) out[i] = change(text[i]);
  return Value::of_text({out, text.size()});
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Value listed(const Node& n, Eval& e, const std::vector<Value>& items) {
  Value* out = e.take<Value>(n, items.size());
  std::copy(items.begin(), items.end(), out);
  return Value::of_items(out, items.size());
}

}  // namespace

Value text_lt(const Node& n, Eval& e, Value* f) {
  const Texts t = texts(n, e, f);
  return Value::of_bool(t.a < t.b);
}
Value text_le(const Node& n, Eval& e, Value* f) {
  const Texts t = texts(n, e, f);
  return Value::of_bool(t.a <= t.b);
}
Value text_gt(const Node& n, Eval& e, Value* f) {
  const Texts t = texts(n, e, f);
  return Value::of_bool(t.a > t.b);
}
Value text_ge(const Node& n, Eval& e, Value* f) {
  const Texts t = texts(n, e, f);
  return Value::of_bool(t.a >= t.b);
}
Value text_len(const Node& n, Eval& e, Value* f) {
  const std::string_view text = text_arg(n, 0, e, f);
  e.spend(n, text.size() / 64);
  return Value::of_int(static_cast<Int>(code_points(text)));
}
Value text_concat(const Node& n, Eval& e, Value* f) {
  const Texts t = texts(n, e, f);
  char* out = e.take<char>(n, t.a.size() + t.b.size());
  std::copy(t.b.begin(), t.b.end(), std::copy(t.a.begin(), t.a.end(), out));
  return Value::of_text({out, t.a.size() + t.b.size()});
}
Value text_matches(const Node& n, Eval& e, Value* f) {
  const std::string_view text = text_arg(n, 0, e, f);
  e.spend(n, text.size() / 16);
  return Value::of_bool(n.pattern->matches(text));
}
Value text_starts_with(const Node& n, Eval& e, Value* f) {
  const Texts t = texts(n, e, f);
  return Value::of_bool(t.a.starts_with(t.b));
}
Value text_ends_with(const Node& n, Eval& e, Value* f) {
  const Texts t = texts(n, e, f);
  return Value::of_bool(t.a.ends_with(t.b));
}
Value text_contains(const Node& n, Eval& e, Value* f) {
  const Texts t = texts(n, e, f);
  return Value::of_bool(find(t.a, t.b) != std::string_view::npos);
}
Value text_lower(const Node& n, Eval& e, Value* f) {
  return each_byte(n, e, text_arg(n, 0, e, f),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}
Value text_upper(const Node& n, Eval& e, Value* f) {
  return each_byte(n, e, text_arg(n, 0, e, f),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
}
Value text_trim(const Node& n, Eval& e, Value* f) {
  std::string_view text = text_arg(n, 0, e, f);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return Value::of_text(text);
}
Value text_split(const Node& n, Eval& e, Value* f) {
  Texts t = texts(n, e, f);
  if (t.b.empty()) fail(n, "range", "the separator is empty");
  std::vector<Value> parts;
  for (std::size_t at = find(t.a, t.b); at != std::string_view::npos; at = find(t.a, t.b)) {
    e.spend(n, 1);
    parts.push_back(Value::of_text(t.a.substr(0, at)));
    t.a.remove_prefix(at + t.b.size());
  }
  parts.push_back(Value::of_text(t.a));
  return listed(n, e, parts);
}
Value text_join(const Node& n, Eval& e, Value* f) {
  const Value list = arg(n, 0, e, f);
  const std::string_view separator = text_arg(n, 1, e, f);
  std::string out;
  Walk walk(n, e, list);
  for (Value item; walk.next(item);) {
    if (walk.index() > 0) out += separator;
    out += as_text(n, item);
    e.spend(n, 1);
    if (out.size() > Arena::kLimit) fail(n, "memory", "this text becomes too long");
  }
  return Value::of_text(e.keep(n, out));
}
Value bytes_at(const Node& n, Eval& e, Value* f) {
  const Value v = arg(n, 0, e, f);
  const Int index = as_int(*n.args[1], arg(n, 1, e, f));
  if (!v.is(Tag::bytes)) type_error(*n.args[0], v);
  if (index < 0 || index >= static_cast<Int>(v.chars.size))
    fail(n, "range", "there is no byte of this position");
  return Value::of_int(static_cast<unsigned char>(v.chars.data[static_cast<std::size_t>(index)]));
}
Value bytes_concat(const Node& n, Eval& e, Value* f) {
  const Value a = arg(n, 0, e, f), b = arg(n, 1, e, f);
  if (!a.is(Tag::bytes)) type_error(*n.args[0], a);
  if (!b.is(Tag::bytes)) type_error(*n.args[1], b);
  char* out = e.take<char>(n, a.chars.size + b.chars.size);
  std::copy_n(b.chars.data, b.chars.size, std::copy_n(a.chars.data, a.chars.size, out));
  return Value::of_text({out, a.chars.size + b.chars.size}, Tag::bytes);
}
Value bytes_len(const Node& n, Eval& e, Value* f) {
  const Value v = arg(n, 0, e, f);
  if (!v.is(Tag::bytes)) type_error(*n.args[0], v);
  return Value::of_int(static_cast<Int>(v.chars.size));
}

}  // namespace kestrel::eval::ops
