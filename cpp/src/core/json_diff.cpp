// Changes inside `json` values.
#include <algorithm>
#include <unordered_map>

#include "diff.hpp"
#include "json_parts.hpp"

namespace kestrel {

namespace {

struct Member {
  std::string_view name, value;
};

std::vector<Member> members(std::string_view object) {
  std::vector<Member> all;
  for (JsonParts parts(object); !parts.done();) {
    const std::string_view name = parts.name();
    all.push_back({name, parts.value()});
  }
  std::sort(all.begin(), all.end(), [](auto& x, auto& y) { return x.name < y.name; });
  return all;
}

std::vector<std::string_view> items(std::string_view array) {
  std::vector<std::string_view> all;
  for (JsonParts parts(array); !parts.done();) all.push_back(parts.value());
  return all;
}

bool both(char bracket, std::string_view a, std::string_view b) {
  return a.front() == bracket && b.front() == bracket;
}

bool can_descend(std::string_view a, std::string_view b) {
  return both('{', a, b) || both('[', a, b);
}

}  // namespace

void Differ::json(std::string_view a, std::string_view b) {
  if (a == b) return;
  if (both('{', a, b)) return json_object(a, b);
  if (both('[', a, b)) return json_array(a, b);
  emit_json(ChangeOp::replace, ChangeRule::replaced, a, b);
}

void Differ::json_object(std::string_view a, std::string_view b) {
  const auto as = members(a), bs = members(b);
  auto x = as.begin();
  auto y = bs.begin();
  while (x != as.end() || y != bs.end()) {
    const int order = x == as.end() ? 1 : y == bs.end() ? -1 : x->name.compare(y->name);
    const std::string_view name = order <= 0 ? x->name : y->name;
    const Step step(*this, What::json_member, name);
    if (order == 0)
      json(x->value, y->value);
    else if (order < 0)
      emit_json(ChangeOp::remove, ChangeRule::removed, x->value, {});
    else
      emit_json(ChangeOp::add, ChangeRule::set, {}, y->value);
    if (order <= 0) ++x;
    if (order >= 0) ++y;
  }
}

void Differ::json_array(std::string_view a, std::string_view b) {
  const auto as = items(a), bs = items(b);
  std::unordered_map<std::string_view, std::uint32_t> ids;
  const auto id = [&](std::string_view text) {
    return ids.try_emplace(text, static_cast<std::uint32_t>(ids.size())).first->second;
  };
  std::vector<Gap> gaps(1);
  for (const auto text : as) gaps[0].a.push_back(id(text));
  for (const auto text : bs) gaps[0].b.push_back(id(text));
  const Origins origins =
      align(gaps, false, [&](auto i, auto j) { return can_descend(as[i], bs[j]); });
  const ListScript ops = script(static_cast<std::uint32_t>(as.size()),
                                static_cast<std::uint32_t>(bs.size()), gaps, origins);
  for (const std::uint32_t i : ops.removed) {
    const Step step(*this, What::index, nullptr, nullptr, i);
    emit_json(ChangeOp::remove, ChangeRule::item_removed, as[i], {});
  }
  for (const auto& move : ops.moves) {
    const Step step(*this, What::index, nullptr, nullptr, move.to);
    emit_json(ChangeOp::move, ChangeRule::reordered, bs[move.item], bs[move.item]);
    out_.changes.back().from = move.from;
  }
  for (const std::uint32_t j : ops.added) {
    const Step step(*this, What::index, nullptr, nullptr, j);
    emit_json(ChangeOp::add, ChangeRule::item_added, {}, bs[j]);
  }
  for (const auto& pair : ops.pairs) {
    const Step step(*this, What::index, nullptr, nullptr, pair.b);
    json(as[pair.a], bs[pair.b]);
  }
}

void Differ::emit_json(ChangeOp op, ChangeRule rule, std::string_view a, std::string_view b) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
  };
  Change& change = emit(op, rule);
  change.old_at = bytes(a);
  change.new_at = bytes(b);
  change.old_size = static_cast<std::uint32_t>(a.size());
  change.new_size = static_cast<std::uint32_t>(b.size());
}

}  // namespace kestrel
