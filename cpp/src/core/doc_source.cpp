#include "doc_source.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "text.hpp"

namespace kestrel {
namespace {

constexpr std::array<std::string_view, 5> kNulls{"", "~", "null", "Null", "NULL"};

struct Word {
  std::string_view text;
  bool value;
};
// What YAML 1.1 and 1.2 take for a boolean, in lower case.
constexpr std::array<Word, 6> kBooleans{
    {{"true", true}, {"false", false}, {"yes", true}, {"no", false}, {"on", true}, {"off", false}}};

bool is_null(std::string_view plain) {
  return std::find(kNulls.begin(), kNulls.end(), plain) != kNulls.end();
}

// Words are lower, Capital or UPPER; `yEs` is text.
bool spelt_as(std::string_view text, std::string_view word) {
  if (!same_ignoring_case(text, word)) return false;
  const bool first = text[0] < 'a', second = text[1] < 'a';
  return (first || !second) &&
         std::all_of(text.begin() + 1, text.end(), [&](char c) { return (c < 'a') == second; });
}

}  // namespace

Shape DocSource::shape() const {
  static constexpr std::array<Shape, 12> shapes{
      Shape::null,  Shape::boolean, Shape::number, Shape::number,  Shape::text,   Shape::plain,
      Shape::bytes, Shape::map,     Shape::list,   Shape::variant, Shape::secret, Shape::duration};
  if (node().kind == DocKind::plain && is_null(doc_->text(node()))) return Shape::null;
  return shapes[static_cast<std::size_t>(node().kind)];
}

bool DocSource::none() {
  if (node().kind != DocKind::variant || doc_->text(node()) != "None") return false;
  skip();
  return true;
}

void DocSource::some() {
  if (node().kind == DocKind::variant && doc_->text(node()) == "Some" && node().count == 1) ++at_;
}

bool DocSource::null() {
  if (shape() != Shape::null) return false;
  skip();
  return true;
}

bool DocSource::boolean(bool& value) {
  if (node().kind == DocKind::boolean) {
    value = node().integer != 0;
    skip();
    return true;
  }
  if (node().kind != DocKind::plain) return false;
  for (const Word& word : kBooleans)
    if (spelt_as(doc_->text(node()), word.text)) {
      value = word.value;
      skip();
      return true;
    }
  return false;
}

bool DocSource::core_boolean(bool& value) {
  const std::string_view text = doc_->text(node());
  return (same_ignoring_case(text, "true") || same_ignoring_case(text, "false")) && boolean(value);
}

bool DocSource::small(std::int64_t& value) {
  if (node().kind != DocKind::integer || node().integer > INT64_MAX || node().integer < INT64_MIN)
    return false;
  value = static_cast<std::int64_t>(node().integer);
  skip();
  return true;
}

Got DocSource::integer(ir::Int& value) {
  Got got = Got::no;
  if (node().kind == DocKind::integer) {
    value = node().integer;
    got = Got::yes;
  } else if (node().kind == DocKind::plain) {
    got = parse_plain_integer(doc_->text(node()), value);
  }
  if (got == Got::yes) skip();
  return got;
}

bool DocSource::real(double& value) {
  ir::Int whole;
  if (node().kind == DocKind::real) {
    value = node().real;
  } else if (node().kind == DocKind::plain && parse_plain_real(doc_->text(node()), value)) {
  } else {
    if (integer(whole) != Got::yes) return false;
    value = static_cast<double>(whole);
    return true;
  }
  skip();
  return true;
}

bool DocSource::text(std::string_view& out) {
  return take(DocKind::text, out) || take(DocKind::plain, out);
}

bool DocSource::take(DocKind kind, std::string_view& out) {
  if (node().kind != kind) return false;
  out = doc_->text(node());
  skip();
  return true;
}

bool DocSource::duration(ir::Int& value) {
  if (node().kind != DocKind::duration && !(trusted_ && node().kind == DocKind::integer))
    return false;
  value = node().integer;
  skip();
  return true;
}

bool DocSource::variant(std::string_view& name, std::uint32_t& count) {
  if (node().kind != DocKind::variant) return false;
  name = doc_->text(node());
  count = node().count;
  ++at_;
  return true;
}

DocSource::Cursor DocSource::open() {
  if (depth_left_ == 0) {
    const Span at = span(at_);
    throw Fatal{{.code = "KS0414", .values = {}, .path = "", .begin = at.begin, .end = at.end}};
  }
  --depth_left_;
  return {doc_->nodes[at_++].count};
}

bool DocSource::key_is(const QuickName& quick) {
  const std::string_view name = doc_->text(node());
  if (name.size() + 2 != quick.size || std::memcmp(name.data(), quick.quoted + 1, name.size()) != 0)
    return false;
  key_ = at_++;
  return true;
}

std::string_view DocSource::key() {
  key_ = at_++;
  return doc_->text(doc_->nodes[key_]);
}

std::string DocSource::describe(Mark mark) const {
  const DocNode& n = doc_->nodes[mark];
  DocSource here = *this;
  here.seek(mark);
  std::string out;
  switch (n.kind) {
  case DocKind::boolean: return n.integer != 0 ? "true" : "false";
  case DocKind::integer: return to_text(n.integer);
  case DocKind::real: return put_real(out, n.real), out;
  case DocKind::text: return json_string(excerpt(doc_->text(n)));
  case DocKind::plain: return "`" + excerpt(doc_->text(n)) + "`";
  case DocKind::variant: return "the variant " + excerpt(doc_->text(n));
  default: return shape_name(here.shape());
  }
}

}  // namespace kestrel
