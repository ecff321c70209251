// From a type to a slot: which kind it has, what limits it, which layout is below it.
#include <array>

#include "bounds.hpp"
#include "layout_builder.hpp"
#include "numbers.hpp"
#include "spell.hpp"
#include "text.hpp"

namespace kestrel {
namespace {

struct Scalar {
  std::string_view name;
  Kind kind;
  ir::Int lo = 0, hi = 0;
};

constexpr ir::Int bits(int n) { return static_cast<ir::Int>(1) << n; }

constexpr std::array<Scalar, 23> kScalars{{{"Unit", Kind::unit},
                                           {"Bool", Kind::boolean},
                                           {"i8", Kind::integer, -bits(7), bits(7) - 1},
                                           {"i16", Kind::integer, -bits(15), bits(15) - 1},
                                           {"i32", Kind::integer, -bits(31), bits(31) - 1},
                                           {"i64", Kind::integer, -bits(63), bits(63) - 1},
                                           {"u8", Kind::integer, 0, bits(8) - 1},
                                           {"u16", Kind::integer, 0, bits(16) - 1},
                                           {"u32", Kind::integer, 0, bits(32) - 1},
                                           {"u64", Kind::integer, 0, bits(64) - 1},
                                           {"f32", Kind::real},
                                           {"f64", Kind::real},
                                           {"String", Kind::text},
                                           {"Path", Kind::text},
                                           {"Url", Kind::text},
                                           {"Uuid", Kind::text},
                                           {"Instant", Kind::text},
                                           {"Regex", Kind::text},
                                           {"Cidr", Kind::text},
                                           {"Bytes", Kind::bytes},
                                           {"Duration", Kind::duration, -bits(63), bits(63) - 1},
                                           {"Size", Kind::size, 0, bits(64) - 1},
                                           {"Json", Kind::json}}};

[[noreturn]] void bad(const std::string& why) {
  throw Invalid{{{.code = "KS0109", .values = {{"why", why}}, .path = ""}}};
}

const Scalar& scalar(const std::string& name) {
  for (const Scalar& s : kScalars)
    if (s.name == name) return s;
  bad("`" + name + "` is no scalar type");
}

// Integers of at most 18 digits that need no further look.
void set_quick(Slot& slot) {
  ir::Int lo = slot.type_lo, hi = slot.type_hi;
  if (slot.bounds.has_lo) lo = std::max(lo, slot.bounds.lo);
  if (slot.bounds.has_hi) hi = std::min(hi, slot.bounds.hi);
  slot.quick_lo = static_cast<std::int64_t>(std::max<ir::Int>(lo, INT64_MIN));
  slot.quick_hi = static_cast<std::int64_t>(std::min<ir::Int>(hi, INT64_MAX));
  if (lo > INT64_MAX || hi < INT64_MIN) slot.quick_lo = 1, slot.quick_hi = 0;
}

bool is_choice(const ir::Decl& sum) {
  for (const ir::Variant& v : sum.variants)
    if (!v.items.empty() || !v.fields.empty()) return false;
  return !sum.untagged && sum.tag.empty();
}

}  // namespace

const ir::Decl& LayoutBuilder::declared(const std::string& name) {
  const ir::Decl* decl = schema_.bundle_->find(name);
  if (!decl) bad("`" + name + "` is not declared");
  return *decl;
}

const ir::Decl* LayoutBuilder::plain_record(const ir::Type& type) {
  const ir::Type* t = &type;
  for (int i = 0; i < 100 && t->kind == ir::TypeKind::named; ++i) {
    const ir::Decl& decl = declared(t->name);
    if (decl.kind == ir::DeclKind::record) return &decl;
    if (decl.kind != ir::DeclKind::newtype) return nullptr;
    t = decl.type;
  }
  return nullptr;
}

// Takes options, refinements and newtypes off; notes what they say.
const ir::Type* LayoutBuilder::unwrap(Layout& layout, std::uint32_t at, const ir::Type& type) {
  const ir::Type* t = &type;
  for (int i = 0; i < 100; ++i) {
    if (t->kind == ir::TypeKind::option) {
      layout.slots[at].optional = true;
    } else if (t->kind == ir::TypeKind::refined) {
      conditions_.push_back({&layout, at, t->where,
                             t->name.empty() ? spell(*t->where) : std::string(own_name(t->name))});
    } else if (t->kind == ir::TypeKind::named && declared(t->name).kind == ir::DeclKind::newtype) {
      t = declared(t->name).type;
      continue;
    } else {
      return t;
    }
    t = t->items[0];
  }
  bad("a type that consists of itself");
}

void LayoutBuilder::read_type(Layout& layout, std::uint32_t at, const ir::Type& type) {
  const std::size_t first = conditions_.size();
  const ir::Type* base = unwrap(layout, at, type);
  const std::size_t last = conditions_.size();
  // What is below may add layouts, never slots to this one: the reference stays good.
  Slot& slot = layout.slots[at];
  slot.type_name = spell(type);
  read_base(layout, slot, *base);
  std::vector<Condition> rest;
  for (std::size_t i = first; i < last; ++i) {
    Refinement r{{}, conditions_[i].text, conditions_[i].where->at};
    if (take_bounds(*conditions_[i].where, slot.kind, r.bounds)) {
      merge(slot.bounds, r.bounds);
      slot.refinements.push_back(std::move(r));
    } else {
      rest.push_back(conditions_[i]);
    }
  }
  conditions_.erase(conditions_.begin() + static_cast<std::ptrdiff_t>(first),
                    conditions_.begin() + static_cast<std::ptrdiff_t>(last));
  conditions_.insert(conditions_.end(), rest.begin(), rest.end());
  if (slot.type_lo != slot.type_hi) set_quick(slot);
}

void LayoutBuilder::read_base(Layout& layout, Slot& slot, const ir::Type& t) {
  switch (t.kind) {
  case ir::TypeKind::scalar: {
    const Scalar& s = scalar(t.name);
    slot.scalar = t.name;
    slot.kind = s.kind;
    slot.type_lo = s.lo;
    slot.type_hi = s.hi;
    slot.is_unsigned = s.kind == Kind::integer && t.name[0] == 'u';
    slot.single = t.name == "f32";
    return;
  }
  case ir::TypeKind::named: return read_named(layout, slot, declared(t.name));
  case ir::TypeKind::list:
  case ir::TypeKind::map:
  case ir::TypeKind::set: return read_collection(layout, slot, t);
  case ir::TypeKind::tuple:
    slot.kind = Kind::tuple;
    slot.layout = tuple(t);
    return;
  case ir::TypeKind::literals:
    slot.kind = Kind::choice;
    slot.choices = slot.choice_data = t.texts;
    return;
  case ir::TypeKind::secret:
    slot.kind = Kind::secret;
    slot.scalar = t.items[0]->name;
    return;
  default: bad("a value of this type cannot stand in data");
  }
}

void LayoutBuilder::read_named(Layout& layout, Slot& slot, const ir::Decl& decl) {
  if (decl.kind == ir::DeclKind::record) {
    slot.kind = Kind::record;
    const Layout* below = layout.spine ? spine(decl) : record(decl, nullptr);
    slot.layout = below;
    return;
  }
  if (decl.kind != ir::DeclKind::sum) bad("`" + decl.name + "` is no type of data");
  slot.ignore_case = decl.ignore_case;
  if (!is_choice(decl)) {
    slot.kind = Kind::sum;
    slot.layout = sum(decl);
    return;
  }
  slot.kind = Kind::choice;
  for (const ir::Variant& v : decl.variants) {
    slot.choices.push_back(v.name);
    slot.choice_data.push_back(v.data_name.empty() ? in_case(v.name, decl.data_case) : v.data_name);
  }
}

void LayoutBuilder::read_collection(Layout& layout, Slot& slot, const ir::Type& t) {
  slot.tree = layout.spine;
  if (t.kind == ir::TypeKind::list) {
    slot.kind = Kind::list;
    slot.layout = element(*t.items[0], nullptr);
    slot.key_fields = t.texts;
  } else if (t.kind == ir::TypeKind::map) {
    slot.kind = Kind::map;
    slot.layout = element(*t.items[1], t.items[0]);
  } else {
    slot.kind = Kind::set;
    slot.layout = set_item(*t.items[0]);
  }
}

}  // namespace kestrel
