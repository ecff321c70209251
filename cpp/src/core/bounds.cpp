#include "bounds.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "kestrel/pattern.hpp"
#include "numbers.hpp"

namespace kestrel {
namespace {

enum class Compare { lt, le, gt, ge, eq };

std::optional<Compare> comparison(std::string_view op) {
  if (op == "int.lt") return Compare::lt;
  if (op == "int.le") return Compare::le;
  if (op == "int.gt") return Compare::gt;
  if (op == "int.ge") return Compare::ge;
  if (op == "any.eq") return Compare::eq;
  return std::nullopt;
}

// `a op b` as `b op' a`.
Compare mirrored(Compare c) {
  constexpr std::array<Compare, 5> mirror{Compare::gt, Compare::ge, Compare::lt, Compare::le,
                                          Compare::eq};
  return mirror[static_cast<std::size_t>(c)];
}

bool is_it(const ir::Expr& e) { return e.kind == ir::ExprKind::local && e.name == "it"; }

std::optional<ir::Int> constant_of(const ir::Expr& e) {
  if (e.kind == ir::ExprKind::constant && e.constant.kind == ir::ConstKind::integer)
    return e.constant.integer;
  if (e.kind == ir::ExprKind::op && e.name == "int.neg" && e.args.size() == 1)
    if (const auto inner = constant_of(*e.args[0]); inner && *inner != kIntMin) return -*inner;
  return std::nullopt;
}

bool is_length(const ir::Expr& e, Kind kind) {
  if (e.kind != ir::ExprKind::op || e.args.size() != 1 || !is_it(*e.args[0])) return false;
  return (e.name == "text.len" && kind == Kind::text) ||
         (e.name == "list.len" && (kind == Kind::list || kind == Kind::set)) ||
         (e.name == "map.len" && kind == Kind::map);
}

bool is_number(Kind kind) {
  return kind == Kind::integer || kind == Kind::duration || kind == Kind::size;
}

struct Interval {
  ir::Int lo = kIntMin, hi = kIntMax;
};

Interval interval(Compare c, ir::Int n) {
  switch (c) {
  case Compare::lt: return {kIntMin, n == kIntMin ? n : n - 1};
  case Compare::le: return {kIntMin, n};
  case Compare::gt: return {n == kIntMax ? n : n + 1, kIntMax};
  case Compare::ge: return {n, kIntMax};
  default: return {n, n};
  }
}

void bound_value(Bounds& b, Interval i) {
  if (i.lo != kIntMin && (!b.has_lo || i.lo > b.lo)) b.has_lo = true, b.lo = i.lo;
  if (i.hi != kIntMax && (!b.has_hi || i.hi < b.hi)) b.has_hi = true, b.hi = i.hi;
}

// False where no length can fit: the evaluator says so better.
bool bound_length(Bounds& b, Interval i) {
  constexpr ir::Int most = 0xffff'ffff;
  if (i.lo > most || i.hi < 0) return false;
  b.min_len = std::max(b.min_len, static_cast<std::uint32_t>(std::max<ir::Int>(i.lo, 0)));
  b.max_len = std::min(b.max_len, static_cast<std::uint32_t>(std::min(i.hi, most)));
  return true;
}

bool take_comparison(const ir::Expr& e, Compare c, Kind kind, Bounds& b) {
  const ir::Expr *left = e.args[0], *right = e.args[1];
  auto n = constant_of(*right);
  if (!n) {
    std::swap(left, right);
    n = constant_of(*right);
    c = mirrored(c);
  }
  if (!n) return false;
  if (is_it(*left) && is_number(kind)) return bound_value(b, interval(c, *n)), true;
  return is_length(*left, kind) && bound_length(b, interval(c, *n));
}

bool take_pattern(const ir::Expr& e, Kind kind, Bounds& b) {
  const ir::Expr& pattern = *e.args[1];
  if (kind != Kind::text || !is_it(*e.args[0]) || pattern.kind != ir::ExprKind::constant)
    return false;
  b.patterns.push_back(Pattern::compile(pattern.constant.text));
  return true;
}

bool take(const ir::Expr& e, Kind kind, Bounds& b) {
  if (e.kind != ir::ExprKind::op || e.args.size() != 2) return false;
  if (e.name == "bool.and") return take(*e.args[0], kind, b) && take(*e.args[1], kind, b);
  if (e.name == "text.matches") return take_pattern(e, kind, b);
  const auto c = comparison(e.name);
  return c && take_comparison(e, *c, kind, b);
}

}  // namespace

bool take_bounds(const ir::Expr& where, Kind kind, Bounds& bounds) {
  Bounds more = bounds;
  if (!take(where, kind, more)) return false;
  bounds = std::move(more);
  return true;
}

std::string length_bounds(const Bounds& b) {
  std::string out = std::to_string(b.min_len) + "..";
  if (b.max_len != 0xffff'ffffu) out += "=" + std::to_string(b.max_len);
  return out;
}

void merge(Bounds& into, const Bounds& more) {
  bound_value(into, {more.has_lo ? more.lo : kIntMin, more.has_hi ? more.hi : kIntMax});
  into.min_len = std::max(into.min_len, more.min_len);
  into.max_len = std::min(into.max_len, more.max_len);
  into.patterns.insert(into.patterns.end(), more.patterns.begin(), more.patterns.end());
}

}  // namespace kestrel
