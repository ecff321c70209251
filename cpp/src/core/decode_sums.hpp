// Decoder: sums with payloads. In data a variant is a one-key map (its bare name where it has no
// payload), or a map with a member that names it (`@tag`), or told by its shape (untagged).
#pragma once

#include "decode_collections.hpp"

namespace kestrel {

template <class S> bool Decoder<S>::read_sum(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  const Shape shape = in_.shape();
  if (shape == Shape::variant) return variant_node(slot, t, mark);
  if (slot.layout->untagged) return untagged_sum(slot, t, mark);
  if (!slot.layout->tag.empty() && shape == Shape::map) return tagged_sum(slot, t, mark);
  if (shape == Shape::map) return one_key_sum(slot, t, mark);
  return bare_variant(slot, t, mark);
}

template <class S> int Decoder<S>::variant_of(const Slot& slot, std::string_view name) const {
  const auto& names = mode_.schema_names ? slot.layout->variants : slot.layout->variant_data;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name || (slot.ignore_case && same_ignoring_case(names[i], name)))
      return static_cast<int>(i);
  return -1;
}

template <class S> bool Decoder<S>::no_variant(const Slot& slot, Mark mark, std::string_view name) {
  Slot choice;
  choice.choices = slot.layout->variants;
  choice.choice_data = slot.layout->variant_data;
  return not_a_choice(choice, mark, name);
}

// A sum's row around the payload that `fill` reads into a row of the variant's layout.
template <class S>
template <class Fill>
bool Decoder<S>::put_variant(const Slot& slot, Target t, std::size_t variant, Fill fill) {
  const Layout& layout = *slot.layout;
  const std::uint32_t row = open_row(layout);
  put(target(layout, row, 1), variant);
  set_present(layout, row, 1);
  bool good = true;
  if (const Layout* below = layout.payloads[variant]) {
    const std::uint32_t inner = open_row(*below);
    good = fill(*below, inner);
    put_nested(target(layout, row, 2), inner);
    set_present(layout, row, 2);
  }
  store(out_.data() + row, RowHeader{out_.size() - row, layout.fixed()});
  put_nested(t, row);
  return good;
}

// One item as itself, several as a list, named fields as a map.
template <class S> bool Decoder<S>::payload(const Layout& layout, std::uint32_t row) {
  if (!layout.is_tuple) {
    Record record(layout, row, in_.mark());
    return fields(record);
  }
  if (layout.count() == 2) return positions(layout, row, 1, in_.mark());
  if (in_.shape() != Shape::list) return wrong("a list", in_.mark());
  return tuple_items(layout, row);
}

// `count` values that follow one another at the cursor.
template <class S>
bool Decoder<S>::positions(const Layout& layout, std::uint32_t row, std::uint32_t count,
                           Mark mark) {
  const std::uint32_t wanted = layout.count() - 1;
  for (std::uint32_t i = 1; i <= count; ++i) {
    if (i > wanted)
      in_.skip();
    else if (value(layout.slots[i], target(layout, row, i)) == Outcome::value)
      set_present(layout, row, i);
  }
  store(out_.data() + row, RowHeader{out_.size() - row, layout.fixed()});
  if (count == wanted) return true;
  return reject("KS0413", mark,
                {{"why", "the variant has " + std::to_string(wanted) + " items, not " +
                             std::to_string(count)}});
}

template <class S> bool Decoder<S>::bare_variant(const Slot& slot, Target t, Mark mark) {
  std::string_view name;
  if (!in_.text(name)) return wrong(slot, mark);
  const int variant = variant_of(slot, name);
  if (variant < 0) return no_variant(slot, mark, name);
  const auto index = static_cast<std::size_t>(variant);
  if (slot.layout->payloads[index])
    return reject("KS0413", mark,
                  {{"why", "`" + std::string(name) +
                               "` has a payload: write it as the one member of a map"}});
  return put_variant(slot, t, index, [](const Layout&, std::uint32_t) { return true; });
}

template <class S> bool Decoder<S>::one_key_sum(const Slot& slot, Target t, Mark mark) {
  bool good = true;
  std::uint32_t members = 0;
  for (auto c = in_.open_map(); in_.more(c); ++members) {
    const std::string name(in_.key());
    const Mark key = in_.last_key();
    if (members > 0) {
      in_.skip();
      continue;
    }
    const Entered step(*this, Step::member, key);
    const int variant = variant_of(slot, name);
    if (variant < 0 || !slot.layout->payloads[static_cast<std::size_t>(variant)]) {
      good = variant < 0 ? no_variant(slot, key, name)
                         : reject("KS0413", key,
                                  {{"why", "`" + name + "` has no payload: write its bare name"}});
      in_.skip();
      continue;
    }
    good = put_variant(slot, t, static_cast<std::size_t>(variant),
                       [&](const Layout& l, std::uint32_t row) { return payload(l, row); });
  }
  if (members == 1) return good;
  return reject("KS0413", mark,
                {{"why", "a variant is a map of one member: its name and its payload"}});
}

// A variant as an expression makes it.
template <class S> bool Decoder<S>::variant_node(const Slot& slot, Target t, Mark mark) {
  std::string_view name;
  std::uint32_t count = 0;
  in_.variant(name, count);
  const int variant = variant_of(slot, name);
  if (variant < 0) {
    in_.seek(mark);
    in_.skip();
    return no_variant(slot, mark, name);
  }
  const auto index = static_cast<std::size_t>(variant);
  const Entered step(*this, Step::word, 0, slot.layout->variant_data[index].c_str());
  return put_variant(slot, t, index, [&](const Layout& l, std::uint32_t row) {
    return l.is_tuple ? positions(l, row, count, mark) : payload(l, row);
  });
}

// The text of the member `tag` of the map at the cursor.
template <class S>
bool Decoder<S>::find_tag(const std::string& tag, std::string& name, Mark& mark) {
  const Mark begin = in_.mark();
  bool found = false;
  for (auto c = in_.open_map(); in_.more(c);) {
    const bool is_tag = in_.key() == tag;
    std::string_view text;
    mark = is_tag && !found ? in_.mark() : mark;
    if (is_tag && in_.text(text))
      name = text, found = true;
    else
      in_.skip();
  }
  in_.seek(begin);
  return found;
}

// The members beside the tag: the variant's fields, or those of the one record that is its payload.
template <class S>
bool Decoder<S>::tagged_fields(const Layout& layout, std::uint32_t row, std::string_view tag) {
  if (!layout.is_tuple) {
    Record record(layout, row, in_.mark());
    record.tag = tag;
    return fields(record);
  }
  if (layout.count() != 2 || layout.slots[1].kind != Kind::record)
    return wrong("a variant whose payload has named fields", in_.mark());
  const Layout& below = *layout.slots[1].layout;
  Record record(below, open_row(below), in_.mark());
  record.tag = tag;
  if (!fields(record)) return false;
  put_nested(target(layout, row, 1), record.row);
  set_present(layout, row, 1);
  store(out_.data() + row, RowHeader{out_.size() - row, layout.fixed()});
  return true;
}

template <class S> bool Decoder<S>::tagged_sum(const Slot& slot, Target t, Mark mark) {
  const std::string& tag = slot.layout->tag;
  std::string name;
  Mark at = mark;
  if (!find_tag(tag, name, at)) {
    in_.skip();
    return reject("KS0404", mark, {{"name", tag}});
  }
  const int variant = variant_of(slot, name);
  if (variant < 0) {
    in_.skip();
    return no_variant(slot, at, name);
  }
  const auto index = static_cast<std::size_t>(variant);
  if (!slot.layout->payloads[index]) in_.skip();
  return put_variant(slot, t, index, [&](const Layout& l, std::uint32_t row) {
    return tagged_fields(l, row, tag);
  });
}

// Could a value of this shape be the variant's payload?
template <class S>
bool Decoder<S>::fits_shape(const Slot& slot, std::size_t variant, Shape shape) const {
  const Layout* below = slot.layout->payloads[variant];
  if (!below) return shape == Shape::text || shape == Shape::plain;
  if (!below->is_tuple) return shape == Shape::map;
  if (below->count() > 2) return shape == Shape::list;
  switch (below->slots[1].kind) {
  case Kind::record:
  case Kind::map: return shape == Shape::map;
  case Kind::list:
  case Kind::set:
  case Kind::tuple: return shape == Shape::list;
  case Kind::sum:
  case Kind::json: return true;
  default: return shape != Shape::map && shape != Shape::list;
  }
}

template <class S> bool Decoder<S>::try_variant(const Slot& slot, Target t, std::size_t variant) {
  if (slot.layout->payloads[variant])
    return put_variant(slot, t, variant,
                       [&](const Layout& l, std::uint32_t row) { return payload(l, row); });
  std::string_view name;
  if (!in_.text(name) || variant_of(slot, name) != static_cast<int>(variant)) {
    issues_.count_one();
    return false;
  }
  return put_variant(slot, t, variant, [](const Layout&, std::uint32_t) { return true; });
}

// The first variant that reads the value without an issue. Where none does, and one alone has its
// shape, that one says what is wrong.
template <class S> bool Decoder<S>::untagged_sum(const Slot& slot, Target t, Mark mark) {
  const Shape shape = in_.shape();
  const std::uint32_t size = out_.size();
  std::vector<std::size_t> likely;
  const bool outer = std::exchange(trying_, true);
  const std::size_t before = issues_.size();
  for (std::size_t i = 0; i < slot.layout->variants.size(); ++i) {
    if (!fits_shape(slot, i, shape) || trials_left_ == 0) continue;
    --trials_left_;
    likely.push_back(i);
    in_.seek(mark);
    try_variant(slot, t, i);
    if (issues_.size() == before) return trying_ = outer, true;
    issues_.forget(before);
    out_.truncate(size);
  }
  trying_ = outer;
  in_.seek(mark);
  if (likely.size() == 1 && slot.layout->payloads[likely[0]])
    return try_variant(slot, t, likely[0]);
  in_.skip();
  return reject("KS0413", mark,
                {{"why", "no variant of `" + std::string(own_name(slot.layout->name)) +
                             "` is like this value"}});
}

}  // namespace kestrel
