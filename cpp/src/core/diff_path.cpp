// What a change says of itself in words: its place, its field's marks, its values.
#include <algorithm>
#include <array>

#include "diff_redact.hpp"
#include "json_parts.hpp"
#include "kestrel/change.hpp"
#include "kestrel/codec.hpp"
#include "text.hpp"

namespace kestrel {

namespace {

using What = PathStep::What;

class PathWriter {
 public:
  explicit PathWriter(const ChangeSet& set) : set_(set) {}

  std::string pointer(const Change& change) const {
    std::string out;
    set_.each_step(change, [&](const PathStep& step) { put(step, out); });
    return out;
  }
  std::string by_key(const Change& change) const {
    std::string out;
    set_.each_step(change, [&](const PathStep& step) {
      const bool keyed = step.what == What::index && step.slot && !step.slot->item_key.empty();
      keyed ? put_keys(step, out) : put(step, out);
    });
    return out;
  }

 private:
  void put(const PathStep& step, std::string& out) const {
    switch (step.what) {
      case What::slot: return put_pointer_step(out, step.slot->data_name);
      case What::key: return put_pointer_step(out, slot_text(step, 0));
      case What::index: out += '/' + std::to_string(step.number); return;
      case What::member: return put_pointer_step(out, step.name());
      case What::json_member: return put_pointer_step(out, unescaped(step.name()));
    }
  }
  // `/[name=node]`, and `/[name=node,zone=a]` where several fields make the key.
  void put_keys(const PathStep& step, std::string& out) const {
    std::string keys;
    for (const std::uint32_t slot : step.slot->item_key)
      keys += (keys.empty() ? "[" : ",") + step.slot->layout->slots[slot].data_name + "=" +
              slot_text(step, slot);
    put_pointer_step(out, keys + "]");
  }
  std::string slot_text(const PathStep& step, std::uint32_t slot) const {
    const Layout& layout = *step.slot->layout;
    const Row row(step.at, layout.count());
    if (layout.slots[slot].kind == Kind::text) return std::string(row.text(slot));
    if (!row.present(slot)) return "";
    std::string json;
    write_slot(*set_.a, row, layout, slot, true, json);
    return json.front() == '"' ? unescaped({json.data() + 1, json.size() - 2}) : json;
  }

  const ChangeSet& set_;
};

std::string value_json(const Snapshot& snapshot, Row row, const Change& change, bool written_only,
                       bool redacted) {
  if (!row) return "";
  const Shown shown(snapshot, row, *change.layout, redacted);
  std::string out;
  if (change.slot == kWholeRow)
    write_row(shown.snapshot(), shown.row(), *change.layout, written_only, out);
  else
    write_slot(shown.snapshot(), shown.row(), *change.layout, change.slot, written_only, out);
  return out;
}

}  // namespace

std::string ChangeSet::path(const Change& change) const {
  return PathWriter(*this).pointer(change);
}

std::string ChangeSet::key_path(const Change& change) const {
  return PathWriter(*this).by_key(change);
}

std::string ChangeSet::from_path(const Change& change) const {
  const std::string to = path(change);
  return to.substr(0, to.rfind('/') + 1) + std::to_string(change.from);
}

std::string_view ChangeSet::reload(const Change& change) const {
  static constexpr std::array<std::string_view, 3> kByStrictness = {"hot", "restart", "never"};
  std::size_t strictest = 0;
  each_step(change, [&](const PathStep& step) {
    if (step.what != What::slot) return;
    const auto* its = std::find(kByStrictness.begin(), kByStrictness.end(), step.slot->reload);
    strictest = std::max(strictest, static_cast<std::size_t>(its - kByStrictness.begin()));
  });
  return kByStrictness[std::min(strictest, kByStrictness.size() - 1)];
}

std::vector<std::string_view> ChangeSet::marks(const Change& change) const {
  std::vector<std::string_view> all;
  each_step(change, [&](const PathStep& step) {
    if (step.what != What::slot) return;
    for (const std::string& mark : step.slot->marks)
      if (std::find(all.begin(), all.end(), mark) == all.end()) all.push_back(mark);
  });
  return all;
}

std::string_view ChangeSet::type(const Change& change) const {
  if (change.layout == nullptr) return "Json";
  if (change.slot == kWholeRow) return change.layout->name;
  return change.layout->slots[change.slot].type_name;
}

std::string ChangeSet::old_value(const Change& change, bool redacted) const {
  if (change.layout == nullptr) return std::string(change.old_json());
  return value_json(*a, change.old_row(), change, !effective, redacted);
}

std::string ChangeSet::new_value(const Change& change, bool redacted) const {
  if (change.layout == nullptr) return std::string(change.new_json());
  return value_json(*b, change.new_row(), change, !effective, redacted);
}

}  // namespace kestrel
