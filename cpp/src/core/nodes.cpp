// How each kind of expression that is no operation is evaluated.
#include <algorithm>

#include "node.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

// An operand that becomes part of a document: it stands where it was first written.
Value placed(const Node& operand, Eval& e, Value* f) {
  Value v = run(operand, e, f);
  if (!v.at) v.at = &operand.at;
  return v;
}

}  // namespace

Value run_constant(const Node& n, Eval&, Value*) { return n.constant; }

Value run_local(const Node& n, Eval&, Value* f) { return f[n.slot]; }

Value run_free(const Node& n, Eval& e, Value*) {
  if (const Binding* b = e.binding(n.name)) return b->value;
  if (!e.it || n.name != "it") fail(n, "missing", "`" + std::string(n.name) + "` is no value here");
  return *e.it;
}

Value run_self(const Node& n, Eval& e, Value*) {
  if (!e.self) fail(n, "missing", "`self` is no record here");
  return Value::of_row(e.self->row, *e.self->layout);
}

Value run_outer(const Node& n, Eval& e, Value*) {
  if (!e.self || !e.self->outer) fail(n, "missing", "a record that is read on its own has no `outer`");
  return Value::of_row(e.self->outer->row, *e.self->outer->layout);
}

Value run_root(const Node& n, Eval& e, Value*) {
  const Scope* scope = e.self;
  if (!scope) fail(n, "missing", "there is no root here");
  while (scope->outer) scope = scope->outer;
  return Value::of_row(scope->row, *scope->layout);
}

Value run_item(const Node& n, Eval& e, Value* f) {
  const Value base = arg(n, 0, e, f);
  if (base.is(Tag::row) && n.slot + 1 < base.row.layout->count())
    return read_slot(n, e, base.data_row(), *base.row.layout, n.slot + 1);
  if (!base.is(Tag::list) || n.slot >= base.items.size) type_error(n, base);
  return base.items.data[n.slot];
}

Value run_if(const Node& n, Eval& e, Value* f) {
  return arg(n, bool_arg(n, 0, e, f) ? 1 : 2, e, f);
}

Value run_let(const Node& n, Eval& e, Value* f) {
  f[n.slot] = arg(n, 0, e, f);
  return arg(n, 1, e, f);
}

Value run_lambda(const Node& n, Eval&, Value* f) {
  Value v = Value::of(Tag::closure);
  v.closure = {&n, f};
  return v;
}

Value run_call(const Node& n, Eval& e, Value* f) {
  Value* frame = e.take<Value>(n, n.body->frame);
  for (std::uint32_t i = 0; i < n.argc; ++i) frame[i] = placed(*n.args[i], e, f);
  e.spend(n, n.body->root->weight);
  const std::uint32_t depth = e.depth;
  e.depth += n.body->height;
  if (++e.calls > Eval::kMaxCalls || e.depth > Eval::kMaxDepth)
    fail(n, "depth", "functions call each other too deeply");
  Value out;
  try {
    out = run(*n.body->root, e, frame);
  } catch (const Returned& returned) {
    out = returned.value;
  }
  --e.calls;
  e.depth = depth;
  return out;
}

// A call of a function that was given as an argument: `slot` holds it.
Value run_apply(const Node& n, Eval& e, Value* f) {
  const Value v = f[n.slot];
  if (!v.is(Tag::closure) || v.closure.lambda->names.size() != n.argc) type_error(n, v);
  const Node& lambda = *v.closure.lambda;
  for (std::uint32_t i = 0; i < n.argc; ++i) {
    v.closure.frame[lambda.slot + 2 * i] = arg(n, i, e, f);
    v.closure.frame[lambda.slot + 2 * i + 1] = Value::of(Tag::none);
  }
  e.spend(n, lambda.weight);
  return run(*lambda.args[0], e, v.closure.frame);
}

Value run_is(const Node& n, Eval& e, Value* f) {
  const Value v = arg(n, 0, e, f);
  return Value::of_bool(variant_name(*n.args[0], v) == n.name);
}

Value run_match(const Node& n, Eval& e, Value* f) {
  const Value subject = arg(n, 0, e, f);
  for (const auto& [pattern, body] : n.arms)
    if (fits(n, e, pattern, subject, f)) return run(*body, e, f);
  fail(n, "missing", "no arm of this `match` fits");
}

namespace {

Value sorted_entries(const Node& n, Entry* entries, std::size_t size) {
  std::stable_sort(entries, entries + size,
                   [](const Entry& a, const Entry& b) { return order_keys(a.key, b.key) < 0; });
  for (std::size_t i = 1; i < size; ++i)
    if (order_keys(entries[i - 1].key, entries[i].key) == 0)
      fail(n, "duplicate", "two entries have one key");
  return Value::of_entries(entries, size);
}

Value::Items placed_items(const Node& n, Eval& e, Value* f) {
  Value* items = e.take<Value>(n, n.argc);
  for (std::uint32_t i = 0; i < n.argc; ++i) items[i] = placed(*n.args[i], e, f);
  return {items, n.argc};
}

}  // namespace

Value run_record(const Node& n, Eval& e, Value* f) {
  Entry* entries = e.take<Entry>(n, n.argc);
  for (std::uint32_t i = 0; i < n.argc; ++i) {
    entries[i].value = placed(*n.args[i], e, f);
    entries[i].key = Value::of_text(n.names[i]);
    entries[i].key.at = entries[i].value.at;
  }
  return sorted_entries(n, entries, n.argc);
}

// Keys and values take turns among the operands.
Value run_map(const Node& n, Eval& e, Value* f) {
  const std::uint32_t size = n.argc / 2;
  Entry* entries = e.take<Entry>(n, size);
  for (std::uint32_t i = 0; i < size; ++i) {
    entries[i].key = as_key(*n.args[2 * i], e, placed(*n.args[2 * i], e, f));
    entries[i].value = placed(*n.args[2 * i + 1], e, f);
  }
  return sorted_entries(n, entries, size);
}

Value run_list(const Node& n, Eval& e, Value* f) {
  const Value::Items items = placed_items(n, e, f);
  return Value::of_items(items.data, items.size);
}

// A variant without payload, `Some(x)` and `None` are made when the program is compiled.
Value run_variant(const Node& n, Eval& e, Value* f) {
  auto* made = e.take<MadeVariant>(n, 1);
  made->name = n.name;
  made->payload = placed_items(n, e, f);
  Value v = Value::of(Tag::variant);
  v.variant = made;
  return v;
}

Value run_update(const Node& n, Eval& e, Value* f) {
  Value base = arg(n, 0, e, f);
  for (const CompiledEdit& edit : n.edits) {
    std::vector<Reached> path;
    for (const CompiledStep& step : edit.path) {
      path.push_back({step.key ? placed(*step.key, e, f) : Value::of_text(step.name), step.by});
      if (!step.key && edit.value) path.back().key.at = &edit.value->at;
    }
    const Value value = edit.value ? placed(*edit.value, e, f) : Value::of(Tag::none);
    base = edited(n, e, base, path, edit.value ? &value : nullptr);
  }
  return base;
}

// A config is one value, however often it is named.
Value run_config(const Node& n, Eval& e, Value*) {
  const auto known = e.configs.find(n.body);
  if (known != e.configs.end()) return known->second;
  e.spend(n, n.body->root->weight);
  Value v = placed(*n.body->root, e, e.take<Value>(n, n.body->frame));
  e.configs.emplace(n.body, v);
  return v;
}

}  // namespace kestrel::eval
