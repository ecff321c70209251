#include "kestrel/layout.hpp"

#include <algorithm>

#include "layout_builder.hpp"
#include "spell.hpp"

namespace kestrel {
namespace {

// Spine layouts are not shared (each path has its own trees), so their number is bounded; records
// beyond it keep their collections inside their rows.
constexpr std::uint32_t kMostSpines = 1024;

// What `made_` tells apart besides type and key.
enum Form { as_record, as_element, as_set_item, as_tuple, as_sum, as_payload };

}  // namespace

int Layout::find(std::string_view data_name) const {
  const auto found = by_data.find(data_name);
  return found == by_data.end() ? -1 : static_cast<int>(found->second);
}

int Layout::find_field(std::string_view name) const {
  const auto found = by_field.find(name);
  return found == by_field.end() ? -1 : static_cast<int>(found->second);
}

void LayoutBuilder::make_root() {
  const ir::Type& root = *schema_.bundle_->root;
  if (const ir::Decl* decl = plain_record(root)) {
    schema_.root_ = spine(*decl);
    schema_.root_is_record_ = true;
    return;
  }
  Layout& layout = add("");
  layout.wraps = layout.spine = true;
  put_key(layout, nullptr);
  put_slot(layout, root);
  layout.slots[1].required = !layout.slots[1].optional;
  schema_.root_ = &layout;
}

Layout& LayoutBuilder::add(std::string name) {
  Layout& layout = *schema_.layouts_.emplace_back(std::make_unique<Layout>());
  layout.name = std::move(name);
  return layout;
}

void LayoutBuilder::put_key(Layout& layout, const ir::Type* key) {
  layout.slots.emplace_back();
  if (key) read_type(layout, 0, *key);
}

Slot& LayoutBuilder::put_slot(Layout& layout, const ir::Type& type) {
  layout.slots.emplace_back();
  const auto at = layout.count() - 1;
  read_type(layout, at, type);
  return layout.slots[at];
}

const Layout* LayoutBuilder::record(const ir::Decl& decl, const ir::Type* key) {
  const Layout*& made = made_[{&decl, key, as_record}];
  if (made) return made;
  Layout& layout = add(decl.name);
  made = &layout;
  put_key(layout, key);
  put_record(layout, decl);
  return &layout;
}

const Layout* LayoutBuilder::spine(const ir::Decl& decl) {
  const bool again = std::find(spine_path_.begin(), spine_path_.end(), &decl) != spine_path_.end();
  if (again || spines_ == kMostSpines) return record(decl, nullptr);
  ++spines_;
  spine_path_.push_back(&decl);
  Layout& layout = add(decl.name);
  layout.spine = true;
  put_key(layout, nullptr);
  put_record(layout, decl);
  spine_path_.pop_back();
  return &layout;
}

void LayoutBuilder::put_record(Layout& layout, const ir::Decl& decl) {
  layout.open = decl.open;
  origins_.push_back({&layout, &decl, &decl.fields});
  put_fields(layout, decl.fields, decl.data_case);
  for (const ir::Compute& compute : decl.computes) {
    Slot& slot = put_slot(layout, *compute.type);
    slot.name = compute.name;
    slot.data_name = in_case(compute.name, decl.data_case);
    slot.computed = true;
  }
  if (!decl.open) return;
  Slot& rest = layout.slots.emplace_back();
  rest.kind = Kind::json;
  rest.optional = true;
  rest.type_name = "Json";
}

void LayoutBuilder::put_fields(Layout& layout, const std::vector<ir::Field>& fields,
                               const std::string& style) {
  for (const ir::Field& field : fields) {
    Slot& slot = put_slot(layout, *field.type);
    slot.name = field.name;
    slot.data_name = field.data_name.empty() ? in_case(field.name, style) : field.data_name;
    for (const std::string& old : field.renamed_from)
      slot.data_aliases.push_back(in_case(old, style));
    slot.required = !slot.optional && !field.fallback && !field.flatten;
    slot.flatten = field.flatten && slot.kind == Kind::record;
    slot.not_null = field.not_null;
    slot.ignore_case = slot.ignore_case || field.ignore_case;
    slot.units = field.units;
    slot.reload = field.reload;
    if (field.dangerous) slot.marks.push_back("danger");
    if (field.deprecated) slot.marks.push_back("deprecated");
  }
}

const Layout* LayoutBuilder::element(const ir::Type& value, const ir::Type* key) {
  if (const ir::Decl* decl = plain_record(value)) return record(*decl, key);
  const Layout*& made = made_[{&value, key, as_element}];
  if (made) return made;
  Layout& layout = add("");
  made = &layout;
  layout.wraps = true;
  put_key(layout, key);
  Slot& slot = put_slot(layout, value);
  slot.required = !slot.optional;
  return &layout;
}

const Layout* LayoutBuilder::set_item(const ir::Type& item) {
  const Layout*& made = made_[{&item, nullptr, as_set_item}];
  if (made) return made;
  Layout& layout = add("");
  made = &layout;
  put_key(layout, &item);
  return &layout;
}

void LayoutBuilder::put_positions(Layout& layout, const std::vector<const ir::Type*>& items) {
  layout.is_tuple = true;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Slot& slot = put_slot(layout, *items[i]);
    slot.name = slot.data_name = std::to_string(i);
    slot.required = !slot.optional;
  }
}

const Layout* LayoutBuilder::tuple(const ir::Type& type) {
  const Layout*& made = made_[{&type, nullptr, as_tuple}];
  if (made) return made;
  Layout& layout = add("");
  made = &layout;
  put_key(layout, nullptr);
  put_positions(layout, type.items);
  return &layout;
}

const Layout* LayoutBuilder::sum(const ir::Decl& decl) {
  const Layout*& made = made_[{&decl, nullptr, as_sum}];
  if (made) return made;
  Layout& layout = add(decl.name);
  made = &layout;
  layout.is_sum = true;
  layout.untagged = decl.untagged;
  layout.tag = decl.tag;
  layout.slots.resize(3);
  layout.slots[1].kind = Kind::integer;
  layout.slots[2].kind = Kind::record;
  for (const ir::Variant& v : decl.variants) {
    layout.variants.push_back(v.name);
    layout.variant_data.push_back(v.data_name.empty() ? in_case(v.name, decl.data_case)
                                                      : v.data_name);
    layout.payloads.push_back(payload(decl, v));
  }
  return &layout;
}

const Layout* LayoutBuilder::payload(const ir::Decl& sum, const ir::Variant& variant) {
  if (variant.items.empty() && variant.fields.empty()) return nullptr;
  Layout& layout = add(sum.name + "." + variant.name);
  put_key(layout, nullptr);
  if (variant.fields.empty()) {
    put_positions(layout, variant.items);
    return &layout;
  }
  origins_.push_back({&layout, nullptr, &variant.fields});
  put_fields(layout, variant.fields, sum.data_case);
  return &layout;
}

void LayoutBuilder::run() {
  make_root();
  index_all();
  compile_all();
  mark_all();
}

}  // namespace kestrel
