// Operations on Int (mathematical, of 128 bits: an operation whose result needs more fails) and
// Float (IEEE 754 doubles, one NaN).
#include <algorithm>
#include <cmath>

#include "node.hpp"

namespace kestrel::eval::ops {
namespace {

constexpr Int kMin = static_cast<Int>(static_cast<unsigned __int128>(1) << 127);

struct Pair {
  Int a, b;
  Unit unit;  // of the operand that has one
};

Pair ints(const Node& n, Eval& e, Value* f) {
  const Value x = arg(n, 0, e, f), y = arg(n, 1, e, f);
  const auto unit = [](const Value& v) { return v.tag == Tag::integer ? v.unit : Unit::number; };
  return {as_int(*n.args[0], x), as_int(*n.args[1], y), std::max(unit(x), unit(y))};
}

struct Reals {
  double a, b;
};

Reals reals(const Node& n, Eval& e, Value* f) {
  const double a = real_arg(n, 0, e, f);
  return {a, real_arg(n, 1, e, f)};
}

[[noreturn]] void overflow(const Node& n) { fail(n, "overflow", "beyond 128 bits"); }

Int divisor(const Node& n, const Pair& p) {
  if (p.b == 0) fail(n, "division", "division by zero");
  return p.b;
}

unsigned shift(const Node& n, const Pair& p) {
  if (p.b < 0 || p.b > 127) fail(n, "range", "a shift by this count");
  return static_cast<unsigned>(p.b);
}

}  // namespace

Value int_add(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  Int out;
  if (__builtin_add_overflow(p.a, p.b, &out)) overflow(n);
  return Value::of_int(out, p.unit);
}
Value int_sub(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  Int out;
  if (__builtin_sub_overflow(p.a, p.b, &out)) overflow(n);
  return Value::of_int(out, p.unit);
}
Value int_mul(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  Int out;
  if (__builtin_mul_overflow(p.a, p.b, &out)) overflow(n);
  return Value::of_int(out, p.unit);
}
// A duration by a number is a duration; by a duration, a number.
Value int_div(const Node& n, Eval& e, Value* f) {
  const Value x = arg(n, 0, e, f), y = arg(n, 1, e, f);
  const Pair p{as_int(*n.args[0], x), as_int(*n.args[1], y), Unit::number};
  const bool keeps_unit = x.tag == Tag::integer && y.tag == Tag::integer && y.unit == Unit::number;
  const Int b = divisor(n, p);
  if (p.a == kMin && b == -1) overflow(n);
  return Value::of_int(p.a / b, keeps_unit ? x.unit : Unit::number);
}
Value int_rem(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  const Int b = divisor(n, p);
  return Value::of_int(b == -1 ? 0 : p.a % b, p.unit);
}
Value int_neg(const Node& n, Eval& e, Value* f) {
  const Value v = arg(n, 0, e, f);
  const Int a = as_int(*n.args[0], v);
  if (a == kMin) overflow(n);
  return Value::of_int(-a, v.tag == Tag::integer ? v.unit : Unit::number);
}
Value int_and(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  return Value::of_int(p.a & p.b);
}
Value int_or(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  return Value::of_int(p.a | p.b);
}
Value int_xor(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  return Value::of_int(p.a ^ p.b);
}
Value int_shl(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  const unsigned by = shift(n, p);
  const Int out = static_cast<Int>(static_cast<unsigned __int128>(p.a) << by);
  if (out >> by != p.a) overflow(n);
  return Value::of_int(out);
}
Value int_shr(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  return Value::of_int(p.a >> shift(n, p));
}
Value int_lt(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  return Value::of_bool(p.a < p.b);
}
Value int_le(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  return Value::of_bool(p.a <= p.b);
}
Value int_gt(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  return Value::of_bool(p.a > p.b);
}
Value int_ge(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  return Value::of_bool(p.a >= p.b);
}
Value int_wrap(const Node& n, Eval& e, Value* f) {
  const Value v = arg(n, 0, e, f);
  using Word = unsigned __int128;
  const auto a = static_cast<Word>(as_int(*n.args[0], v));
  const auto lo = static_cast<Word>(as_int(*n.args[1], arg(n, 1, e, f)));
  const auto hi = static_cast<Word>(as_int(*n.args[2], arg(n, 2, e, f)));
  const Word count = hi - lo + 1;
  return Value::of_int(static_cast<Int>(count == 0 ? a : (a - lo) % count + lo), v.unit);
}
Value int_clamp(const Node& n, Eval& e, Value* f) {
  const Value v = arg(n, 0, e, f);
  const Int a = as_int(*n.args[0], v), lo = as_int(*n.args[1], arg(n, 1, e, f));
  const Int hi = as_int(*n.args[2], arg(n, 2, e, f));
  return Value::of_int(a < lo ? lo : a > hi ? hi : a, v.unit);
}
Value int_mul_wrap(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  using Word = unsigned __int128;
  return Value::of_int(static_cast<Int>(static_cast<Word>(p.a) * static_cast<Word>(p.b)), p.unit);
}
Value int_mul_clamp(const Node& n, Eval& e, Value* f) {
  const Pair p = ints(n, e, f);
  Int out;
  if (__builtin_mul_overflow(p.a, p.b, &out)) out = (p.a < 0) == (p.b < 0) ? ~kMin : kMin;
  return Value::of_int(out, p.unit);
}
Value int_to_float(const Node& n, Eval& e, Value* f) {
  return Value::of_real(static_cast<double>(as_int(*n.args[0], arg(n, 0, e, f))));
}

Value float_add(const Node& n, Eval& e, Value* f) {
  const Reals p = reals(n, e, f);
  return Value::of_real(p.a + p.b);
}
Value float_sub(const Node& n, Eval& e, Value* f) {
  const Reals p = reals(n, e, f);
  return Value::of_real(p.a - p.b);
}
Value float_mul(const Node& n, Eval& e, Value* f) {
  const Reals p = reals(n, e, f);
  return Value::of_real(p.a * p.b);
}
Value float_div(const Node& n, Eval& e, Value* f) {
  const Reals p = reals(n, e, f);
  return Value::of_real(p.a / p.b);
}
Value float_neg(const Node& n, Eval& e, Value* f) { return Value::of_real(-real_arg(n, 0, e, f)); }
Value float_lt(const Node& n, Eval& e, Value* f) {
  const Reals p = reals(n, e, f);
  return Value::of_bool(p.a < p.b);
}
Value float_le(const Node& n, Eval& e, Value* f) {
  const Reals p = reals(n, e, f);
  return Value::of_bool(p.a <= p.b);
}
Value float_gt(const Node& n, Eval& e, Value* f) {
  const Reals p = reals(n, e, f);
  return Value::of_bool(p.a > p.b);
}
Value float_ge(const Node& n, Eval& e, Value* f) {
  const Reals p = reals(n, e, f);
  return Value::of_bool(p.a >= p.b);
}
Value float_to_int(const Node& n, Eval& e, Value* f) {
  const double d = real_arg(n, 0, e, f);
  if (!(d >= -0x1p127 && d < 0x1p127)) fail(n, "range", "no integer of 128 bits");
  return Value::of_int(static_cast<Int>(d));
}

}  // namespace kestrel::eval::ops
