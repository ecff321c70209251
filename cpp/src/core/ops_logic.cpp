// Operations on Bool, and those on values of any type.
#include "node.hpp"

namespace kestrel::eval::ops {

Value bool_not(const Node& n, Eval& e, Value* f) { return Value::of_bool(!bool_arg(n, 0, e, f)); }
Value bool_and(const Node& n, Eval& e, Value* f) {
  return Value::of_bool(bool_arg(n, 0, e, f) && bool_arg(n, 1, e, f));
}
Value bool_or(const Node& n, Eval& e, Value* f) {
  return Value::of_bool(bool_arg(n, 0, e, f) || bool_arg(n, 1, e, f));
}

Value show(const Node& n, Eval& e, Value* f) {
  return Value::of_text(eval::show(n, e, arg(n, 0, e, f)));
}

Value eq(const Node& n, Eval& e, Value* f) {
  const Value a = arg(n, 0, e, f), b = arg(n, 1, e, f);
  return Value::of_bool(equal(n, e, a, b));
}
Value ne(const Node& n, Eval& e, Value* f) {
  const Value a = arg(n, 0, e, f), b = arg(n, 1, e, f);
  return Value::of_bool(!equal(n, e, a, b));
}

}  // namespace kestrel::eval::ops
