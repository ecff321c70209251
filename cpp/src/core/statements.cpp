// What only functions say: blocks, variables, loops, ways out, and values as other types.
#include "node.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

struct Width {
  std::string_view name;
  Int lo, hi;
  Unit unit;
};

constexpr Int power(int n) { return Int{1} << n; }
constexpr Int kIntMin = static_cast<Int>(static_cast<unsigned __int128>(1) << 127);
constexpr Width kWidths[] = {
    {"i8", -power(7), power(7) - 1, Unit::number},
    {"i16", -power(15), power(15) - 1, Unit::number},
    {"i32", -power(31), power(31) - 1, Unit::number},
    {"i64", -power(63), power(63) - 1, Unit::number},
    {"u8", 0, power(8) - 1, Unit::number},
    {"u16", 0, power(16) - 1, Unit::number},
    {"u32", 0, power(32) - 1, Unit::number},
    {"u64", 0, power(64) - 1, Unit::number},
    {"Int", kIntMin, ~kIntMin, Unit::number},
    {"Duration", -power(63), power(63) - 1, Unit::duration},
    {"Size", 0, power(64) - 1, Unit::size},
};

const Width* width_of(std::string_view name) {
  for (const Width& width : kWidths)
    if (width.name == name) return &width;
  return nullptr;
}

// Values as a type. Only integers can fail; what is no collection and no number stays as it is.
class Converter {
 public:
  Converter(const Node& n, Eval& e) : n_(n), e_(e) {}

  Value convert(const Value& v, const ir::Type& type) {
    e_.spend(n_, 1);
    switch (type.kind) {
      case ir::TypeKind::refined: return convert(v, *type.items[0]);
      case ir::TypeKind::named: return named(v, type);
      case ir::TypeKind::scalar: return scalar(v, type.name);
      case ir::TypeKind::option: return v.wraps > 0 ? some(convert(unwrap(v), *type.items[0])) : v;
      case ir::TypeKind::list:
      case ir::TypeKind::set: return items(v, [&](std::size_t) { return type.items[0]; });
      case ir::TypeKind::tuple: return items(v, [&](std::size_t i) { return type.items[i]; });
      case ir::TypeKind::map: return entries(v, *type.items[1]);
      case ir::TypeKind::result: return result(v, type);
      default: return v;
    }
  }

 private:
  Value named(const Value& v, const ir::Type& type) {
    const ir::Decl* decl = n_.bundle->find(type.name);
    return decl && decl->kind == ir::DeclKind::newtype && decl->type ? convert(v, *decl->type) : v;
  }

  Value scalar(Value v, std::string_view name) {
    if (const Width* width = width_of(name)) {
      const Int number = as_int(n_, v);
      if (number < width->lo || number > width->hi) fail(n_, "range", "the value does not fit");
      return Value::of_int(number, width->unit);
    }
    if (v.is(Tag::real)) {
      const bool single = name == "f32";
      v = Value::of_real(single ? static_cast<float>(v.real) : v.real);
      if (single) v.unit = Unit::single;
    }
    return v;
  }

  template <class TypeOf>
  Value items(const Value& v, TypeOf type_of) {
    Walk walk(n_, e_, v);
    Value* out = e_.take<Value>(n_, walk.size());
    std::size_t size = 0;
    for (Value item; walk.next(item); ++size) out[size] = convert(item, *type_of(size));
    return Value::of_items(out, size);
  }

  Value entries(const Value& v, const ir::Type& type) {
    Walk walk(n_, e_, v);
    Entry* out = e_.take<Entry>(n_, walk.size());
    std::size_t size = 0;
    for (Value item; walk.next(item); ++size) out[size] = {walk.key(), convert(item, type)};
    return Value::of_entries(out, size);
  }

  Value result(const Value& v, const ir::Type& type) {
    if (!v.is(Tag::variant)) type_error(n_, v);
    const ir::Type& inner = *type.items[v.variant->name == "Ok" ? 0 : 1];
    auto* made = e_.take<MadeVariant>(n_, 1);
    Value* payload = e_.take<Value>(n_, 1);
    *payload = convert(v.variant->payload.data[0], inner);
    made->name = v.variant->name;
    made->payload = {payload, 1};
    Value out = Value::of(Tag::variant);
    out.variant = made;
    return out;
  }

  const Node& n_;
  Eval& e_;
};

// One round of a loop; false where it has been left.
bool round(const Node& body, Eval& e, Value* f) {
  const std::uint32_t calls = e.calls, depth = e.depth;
  try {
    e.spend(body, body.weight);
    run(body, e, f);
  } catch (const Continued&) {
    e.calls = calls, e.depth = depth;
  } catch (const Broken&) {
    e.calls = calls, e.depth = depth;
    return false;
  }
  return true;
}

void run_range(const Node& n, const Node& range, Eval& e, Value* f) {
  const Int from = as_int(*range.args[0], arg(range, 0, e, f));
  const Int to = as_int(*range.args[1], arg(range, 1, e, f));
  for (Int i = from; i < to; ++i) {
    f[n.slot] = Value::of_int(i);
    if (!round(*n.args[1], e, f)) return;
  }
}

}  // namespace

Value run_convert(const Node& n, Eval& e, Value* f) {
  return Converter(n, e).convert(arg(n, 0, e, f), *n.type);
}

Value run_block(const Node& n, Eval& e, Value* f) {
  Value last = Value::of(Tag::unit);
  for (std::uint32_t i = 0; i < n.argc; ++i) last = arg(n, i, e, f);
  return last;
}

Value run_assign(const Node& n, Eval& e, Value* f) {
  f[n.slot] = arg(n, 0, e, f);
  return Value::of(Tag::unit);
}

Value run_while(const Node& n, Eval& e, Value* f) {
  while (bool_arg(n, 0, e, f)) {
    e.spend(n, n.args[0]->weight);
    if (!round(*n.args[1], e, f)) break;
  }
  return Value::of(Tag::unit);
}

Value run_for(const Node& n, Eval& e, Value* f) {
  const Node& values = *n.args[0];
  if (values.form == Form::operation && values.op == Op::list_range) {
    run_range(n, values, e, f);
    return Value::of(Tag::unit);
  }
  const Value collection = run(values, e, f);
  if (collection.is(Tag::bytes)) {
    for (const char c : collection.text()) {
      f[n.slot] = Value::of_int(static_cast<unsigned char>(c));
      if (!round(*n.args[1], e, f)) break;
    }
    return Value::of(Tag::unit);
  }
  Walk walk(n, e, collection);
  for (Value item; walk.next(item);) {
    f[n.slot] = item;
    if (n.keyed) f[n.slot + 1] = walk.key();
    if (!round(*n.args[1], e, f)) break;
  }
  return Value::of(Tag::unit);
}

Value run_break(const Node&, Eval&, Value*) { throw Broken{}; }
Value run_continue(const Node&, Eval&, Value*) { throw Continued{}; }
Value run_return(const Node& n, Eval& e, Value* f) { throw Returned{arg(n, 0, e, f)}; }

Value run_try(const Node& n, Eval& e, Value* f) {
  const Value v = arg(n, 0, e, f);
  if (v.wraps > 0) return unwrap(v);
  if (v.is(Tag::variant) && v.variant->name == "Ok") return v.variant->payload.data[0];
  throw Returned{v};
}

}  // namespace kestrel::eval
