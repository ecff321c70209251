// How an evaluation fails, and the checks that well-typed programs pass.
#include "node.hpp"

namespace kestrel::eval {

namespace {

const char* const kTagNames[] = {"Unit",       "None",   "Bool", "Int",     "Float",   "Text",
                                 "Bytes",      "choice", "Json", "Secret",  "record",  "sum",
                                 "collection", "list",   "map",  "variant", "function"};

}  // namespace

void fail(const Node& n, const char* code, std::string detail) {
  throw Failure{code, n.at, std::move(detail)};
}

void type_error(const Node& n, const Value& found) {
  std::string what = kTagNames[static_cast<std::size_t>(found.tag)];
  if (found.wraps > 0) what = "option of " + what;
  fail(n, "type", "unexpected " + what);
}

void Eval::out_of_steps(const Node& n) { fail(n, "steps", "the evaluation takes too long"); }
void Eval::out_of_memory(const Node& n) {
  fail(n, "memory", "the evaluation takes too much memory");
}

std::string_view Eval::keep(const Node& n, std::string_view text) {
  char* bytes = take<char>(n, text.size());
  std::copy(text.begin(), text.end(), bytes);
  return {bytes, text.size()};
}

bool as_bool(const Node& n, const Value& v) {
  if (!v.is(Tag::boolean)) type_error(n, v);
  return v.boolean;
}

Int as_int(const Node& n, const Value& v) {
  if (v.is(Tag::integer)) return v.integer;
  if (!v.is(Tag::choice) || v.number == kNowhere) type_error(n, v);
  return v.number;
}

double as_real(const Node& n, const Value& v) {
  if (!v.is(Tag::real)) type_error(n, v);
  return v.real;
}

std::string_view as_text(const Node& n, const Value& v) {
  if (!v.is(Tag::text) && !v.is(Tag::choice)) type_error(n, v);
  return v.text();
}

Function function_arg(const Node& n, std::uint32_t i, Eval& e, Value* f) {
  const Value v = arg(n, i, e, f);
  if (!v.is(Tag::closure) || v.closure.lambda->names.size() != 1) type_error(*n.args[i], v);
  return {v.closure.lambda, v.closure.frame};
}

}  // namespace kestrel::eval
