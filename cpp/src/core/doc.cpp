#include "kestrel/doc.hpp"

#include <limits>

#include "json_source.hpp"

namespace kestrel {
namespace {

void put_value(JsonSource& in, Doc& out);

void put_map(JsonSource& in, Doc& out, Mark begin) {
  const std::uint32_t node = out.open(DocKind::map, {}, begin);
  for (auto c = in.open_map(); in.more(c);) {
    const std::string_view key = in.key();
    const Span at = in.key_span(in.last_key());
    out.scalar(DocKind::text, key, at.begin, at.end);
    put_value(in, out);
  }
  out.close(node);
  out.nodes[node].end = in.passed();
}

void put_list(JsonSource& in, Doc& out, Mark begin) {
  const std::uint32_t node = out.open(DocKind::list, {}, begin);
  for (auto c = in.open_list(); in.more(c);) put_value(in, out);
  out.close(node);
  out.nodes[node].end = in.passed();
}

void put_number(JsonSource& in, Doc& out, Mark begin) {
  bool integral;
  ir::Int whole;
  const std::string_view token = in.number(integral);
  if (integral && parse_integer(token, whole) == Got::yes)
    out.integer(whole, begin, in.passed());
  else
    out.real(parse_real(token), begin, in.passed());
}

void put_scalar(JsonSource& in, Doc& out, Shape shape, Mark begin) {
  std::string_view text;
  bool value = false;
  if (shape == Shape::text) {
    in.text(text);
    out.scalar(DocKind::text, text, begin, in.passed());
  } else if (shape == Shape::boolean) {
    in.boolean(value);
    out.boolean(value, begin, in.passed());
  } else {
    in.null();
    out.scalar(DocKind::null, {}, begin, in.passed());
  }
}

void put_value(JsonSource& in, Doc& out) {
  const Shape shape = in.shape();
  const Mark begin = in.mark();
  if (shape == Shape::map)
    put_map(in, out, begin);
  else if (shape == Shape::list)
    put_list(in, out, begin);
  else if (shape == Shape::number)
    put_number(in, out, begin);
  else
    put_scalar(in, out, shape, begin);
}

}  // namespace

void Doc::append(const Doc& other, std::uint32_t first) {
  const auto before = static_cast<std::uint32_t>(nodes.size()) - first;
  const auto start = static_cast<std::uint32_t>(texts.size());
  for (std::size_t i = first; i < other.nodes.size(); ++i) {
    DocNode node = other.nodes[i];
    node.next += before;
    node.text_at += start;
    node.begin = node.end = kNowhere;
    nodes.push_back(node);
  }
  texts += other.texts;
}

std::uint32_t Doc::open(DocKind kind, std::string_view text, std::uint32_t begin,
                        std::uint32_t end) {
  return scalar(kind, text, begin, end);
}

void Doc::close(std::uint32_t node) {
  DocNode& n = nodes[node];
  n.next = static_cast<std::uint32_t>(nodes.size());
  std::uint32_t children = 0;
  for (std::uint32_t i = node + 1; i < n.next; i = nodes[i].next) ++children;
  n.count = n.kind == DocKind::map ? children / 2 : children;
}

std::uint32_t Doc::scalar(DocKind kind, std::string_view text, std::uint32_t begin,
                          std::uint32_t end) {
  if (nodes.size() + 1 >= kNowhere || texts.size() + text.size() >= kNowhere)
    throw Invalid{
        {{.code = "KS0415", .values = {{"limit", std::to_string(kNowhere)}}, .path = ""}}};
  DocNode n{.kind = kind};
  n.text_at = static_cast<std::uint32_t>(texts.size());
  n.text_size = static_cast<std::uint32_t>(text.size());
  n.begin = begin;
  n.end = end;
  const auto at = static_cast<std::uint32_t>(nodes.size());
  n.next = at + 1;
  texts += text;
  nodes.push_back(n);
  return at;
}

std::uint32_t Doc::boolean(bool value, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t node = scalar(DocKind::boolean, {}, begin, end);
  nodes[node].integer = value;
  return node;
}

std::uint32_t Doc::integer(ir::Int value, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t node = scalar(DocKind::integer, {}, begin, end);
  nodes[node].integer = value;
  return node;
}

std::uint32_t Doc::duration(ir::Int nanoseconds, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t node = scalar(DocKind::duration, {}, begin, end);
  nodes[node].integer = nanoseconds;
  return node;
}

std::uint32_t Doc::real(double value, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t node = scalar(DocKind::real, {}, begin, end);
  nodes[node].real = value;
  return node;
}

Doc parse_json(std::string_view json, const Limits& limits) {
  const PaddedText text(json, limits);
  JsonSource in(text, limits.depth);
  Doc out;
  try {
    put_value(in, out);
    in.finish();
  } catch (Fatal& fatal) {
    if (fatal.issue.code == "KS0414")
      fatal.issue.values = {{"limit", std::to_string(limits.depth)}};
    throw Invalid{{std::move(fatal.issue)}};
  }
  return out;
}

}  // namespace kestrel
