// A compiled expression: a tree of nodes, each with the function that evaluates it. Operations are
// rows of one table made from ops.def; the other kinds of expression have rows of their own
// (compile.cpp).
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arena.hpp"
#include "kestrel/eval.hpp"
#include "kestrel/pattern.hpp"
#include "value.hpp"

namespace kestrel::eval {

class Eval;

using Run = Value (*)(const Node&, Eval&, Value* frame);

enum class Op : std::uint8_t {
#define OP(id, ...) id,
#include "kestrel/ops.def"
#undef OP
};

struct OpRow {
  const char *name, *signature, *meaning;
  Run run;
  std::uint32_t arity;
};
const OpRow& op_row(Op op);
const Op* find_op(std::string_view name);  // null if there is none

// A pattern of `match`, compiled.
struct Shaped {
  ir::PatternKind kind;
  std::string name;                                          // variant
  Value lo, hi;                                              // equals (lo), within
  std::uint32_t slot = 0;                                    // bind
  std::vector<Shaped> items;                                 // variant, tuple
  std::vector<std::pair<std::string, std::uint32_t>> names;  // record: field, slot
};

// A step of an edit's path: a name or a computed key.
struct CompiledStep {
  std::string_view name;
  const Node* key = nullptr;
  std::string_view by;  // of a list's item: the member that `key` is the value of
};

struct CompiledEdit {
  std::vector<CompiledStep> path;
  const Node* value;  // null: what is there is removed
};

// A body with a frame of its own: the program itself, a function or a config.
struct Body {
  std::string name;
  const Node* root = nullptr;
  std::uint32_t frame = 0;   // slots
  std::uint32_t height = 0;  // of the expressions, callees included
};

// What `run` is of.
enum class Form : std::uint8_t { expression, operation, self, outer, root, free };

struct Node {
  Run run = nullptr;
  const Node* const* args = nullptr;
  std::uint32_t argc = 0;
  std::uint32_t slot = 0;    // local, let; lambda: the first parameter's; item: the index
  std::uint32_t weight = 1;  // nodes in it, callees not included
  std::uint32_t height = 1;
  bool keyed = false;  // lambda, local: the parameter's key is asked for, and stands behind it
  Form form = Form::expression;
  Op op{};  // operation
  ir::ExprKind kind{};
  ir::At at;
  std::string_view name;  // field, variant, local
  Value constant = Value::of(Tag::unit);
  const Pattern* pattern = nullptr;  // text.matches
  const Body* body = nullptr;        // call, config
  const ir::Type* type = nullptr;    // merge: of both sides, in `bundle`
  const ir::Bundle* bundle = nullptr;
  std::vector<std::pair<Shaped, const Node*>> arms;
  std::vector<CompiledEdit> edits;
  std::vector<std::string_view> names;               // record: members; lambda: parameters
  mutable std::atomic<const Slot*> cached{nullptr};  // field: of the layout met last
};

// What a name that is free in a rule's message stands for.
struct Binding {
  std::string_view name;
  Value value, key;
};

// One evaluation: its budgets, its memory and what it stands on.
class Eval {
 public:
  static constexpr std::int64_t kSteps = 200'000'000;  // about a second

  explicit Eval(const Scope* scope) : self(scope) {}

  const Scope* self;
  std::vector<Binding> bindings;  // of a message; the innermost last
  std::optional<Value> it;        // of a refinement
  std::map<const Body*, Value> configs;
  std::uint64_t nans = 0;  // met while making identities: no two are equal
  // Calls within calls, and the expressions that they are in the middle of: more would need too much
  // of the stack.
  static constexpr std::uint32_t kMaxCalls = 500, kMaxDepth = 8192;
  std::uint32_t calls = 0, depth = 0;
  bool written_only = false;  // rows stand for what is written in them, not for effective values
  Arena arena;

  // Does a slot belong to what a row stands for?
  bool given(Row row, std::uint32_t slot) const {
    return written_only ? row.written(slot) : row.present(slot);
  }
  void spend(const Node& n, std::uint64_t steps) {
    steps_ -= static_cast<std::int64_t>(steps);
    if (steps_ < 0) [[unlikely]]
      out_of_steps(n);
  }
  template <class T>
  T* take(const Node& n, std::size_t count) {
    void* p = count > Arena::kLimit / sizeof(T) ? nullptr : arena.take(count * sizeof(T));
    if (!p) [[unlikely]]
      out_of_memory(n);
    return static_cast<T*>(p);
  }
  const Binding* binding(std::string_view name) const;          // null if there is none
  std::string_view keep(const Node& n, std::string_view text);  // copied into the arena

 private:
  [[noreturn]] static void out_of_steps(const Node& n);
  [[noreturn]] static void out_of_memory(const Node& n);
  std::int64_t steps_ = kSteps;
};

inline const Binding* Eval::binding(std::string_view name) const {
  for (auto b = bindings.rbegin(); b != bindings.rend(); ++b)
    if (b->name == name) return &*b;
  return nullptr;
}

[[noreturn]] void fail(const Node& n, const char* code, std::string detail = {});
[[noreturn]] void type_error(const Node& n, const Value& found);

// ---- evaluating operands
inline Value run(const Node& n, Eval& e, Value* f) { return n.run(n, e, f); }
inline Value arg(const Node& n, std::uint32_t i, Eval& e, Value* f) {
  return run(*n.args[i], e, f);
}

bool as_bool(const Node& n, const Value& v);
Int as_int(const Node& n, const Value& v);  // a choice is its number
double as_real(const Node& n, const Value& v);
std::string_view as_text(const Node& n, const Value& v);

inline bool bool_arg(const Node& n, std::uint32_t i, Eval& e, Value* f) {
  const Value v = arg(n, i, e, f);
  return v.is(Tag::boolean) ? v.boolean : as_bool(*n.args[i], v);
}
inline double real_arg(const Node& n, std::uint32_t i, Eval& e, Value* f) {
  return as_real(*n.args[i], arg(n, i, e, f));
}
inline std::string_view text_arg(const Node& n, std::uint32_t i, Eval& e, Value* f) {
  return as_text(*n.args[i], arg(n, i, e, f));
}

// ---- functions given as arguments
struct Function {
  const Node* lambda;
  Value* frame;

  Value operator()(Eval& e, const Value& item) const {
    e.spend(*lambda, lambda->weight);
    frame[lambda->slot] = item;
    return run(*lambda->args[0], e, frame);
  }
};
Function function_arg(const Node& n, std::uint32_t i, Eval& e, Value* f);

// ---- data (data.cpp)
Value read_slot(const Node& n, Eval& e, Row row, const Layout& layout, std::uint32_t slot);
Value field_of(const Node& n, Eval& e, const Value& base, std::string_view name);
const Value* find_entry(const Value& entries, const Value& key);  // null if there is none
int order_keys(const Value& a, const Value& b);                   // texts, by bytes
// A key as expressions see it: text, as data write it. Throws where it is no key.
Value as_key(const Node& n, Eval& e, const Value& key);
Value variant_payload(const Node& n, Eval& e, const Value& sum);  // list, row, or unit if none
std::string_view variant_name(const Node& n, const Value& v);     // `Some` and `None` of an option

// ---- equality and text (compare.cpp, show.cpp)
bool equal(const Node& n, Eval& e, const Value& a, const Value& b);
// Equal values, and no others, have equal keys (NaN none twice).
void put_identity(const Node& n, Eval& e, const Value& v, std::string& out);
std::string_view show(const Node& n, Eval& e, const Value& v);

// ---- patterns, edits, documents
bool fits(const Node& n, Eval& e, const Shaped& pattern, const Value& v, Value* frame);
// A step of an edit's path, evaluated.
struct Reached {
  Value key;
  std::string_view by;
};
// `value` at the path; null removes what is there.
Value edited(const Node& n, Eval& e, Value base, const std::vector<Reached>& path,
             const Value* value);
// A record or map as entries: of a snapshot's, one level; of absence, none.
Value opened(const Node& n, Eval& e, const Value& base);
void emit(const Node& n, Eval& e, const Value& v, Doc& out);

// ---- the rows that are not operations (nodes.cpp)
Value run_constant(const Node&, Eval&, Value*);
Value run_local(const Node&, Eval&, Value*);
Value run_free(const Node&, Eval&, Value*);
Value run_self(const Node&, Eval&, Value*);
Value run_outer(const Node&, Eval&, Value*);
Value run_root(const Node&, Eval&, Value*);
Value run_field(const Node&, Eval&, Value*);
Value run_item(const Node&, Eval&, Value*);
Value run_if(const Node&, Eval&, Value*);
Value run_let(const Node&, Eval&, Value*);
Value run_lambda(const Node&, Eval&, Value*);
Value run_call(const Node&, Eval&, Value*);
Value run_apply(const Node&, Eval&, Value*);
Value run_is(const Node&, Eval&, Value*);
Value run_match(const Node&, Eval&, Value*);
Value run_record(const Node&, Eval&, Value*);
Value run_map(const Node&, Eval&, Value*);
Value run_list(const Node&, Eval&, Value*);
Value run_variant(const Node&, Eval&, Value*);
Value run_update(const Node&, Eval&, Value*);
Value run_config(const Node&, Eval&, Value*);
Value run_merge(const Node&, Eval&, Value*);
// ---- what only functions say (statements.cpp)
Value run_convert(const Node&, Eval&, Value*);
Value run_block(const Node&, Eval&, Value*);
Value run_assign(const Node&, Eval&, Value*);
Value run_while(const Node&, Eval&, Value*);
Value run_for(const Node&, Eval&, Value*);
Value run_break(const Node&, Eval&, Value*);
Value run_continue(const Node&, Eval&, Value*);
Value run_return(const Node&, Eval&, Value*);
Value run_try(const Node&, Eval&, Value*);
// Ways out of a loop, and of a function, as exceptions.
struct Broken {};
struct Continued {};
struct Returned {
  Value value;
};

// The operations, one function each (ops_*.cpp).
namespace ops {
#define OP(id, ...) Value id(const Node& n, Eval& e, Value* f);
#include "kestrel/ops.def"
#undef OP
}  // namespace ops

}  // namespace kestrel::eval
