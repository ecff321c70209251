// Decoder: records.
#pragma once

#include "decode_scalars.hpp"

namespace kestrel {

// A row with nothing written, at the end of the bytes; constant defaults stand in its fixed part.
template <class S> std::uint32_t Decoder<S>::open_row(const Layout& layout) {
  if (layout.blank.empty()) [[unlikely]]
    mode_.prepare(layout);
  const std::uint32_t fixed = layout.fixed(), row = out_.extend(fixed);
  std::memcpy(out_.data() + row, layout.blank.data(), fixed);
  store(out_.data() + row, RowHeader{fixed, fixed});  // true also of a row that is given up
  for (const auto& [index, tree] : layout.blank_trees) trees_[index] = tree;
  return row;
}

template <class S> void Decoder<S>::close_row(Record& record) {
  const Layout& layout = record.layout;
  bool defaults = false;
  for (std::uint32_t w = 0; w < layout.required.size(); ++w) {
    defaults |= (layout.blank_parts[w] & ~record.given(w)) != 0;
    for (std::uint64_t lost = mode_.partial ? 0 : layout.required[w] & ~record.seen.word(w);
         lost != 0; lost &= lost - 1)
      missing(layout, 64 * w + static_cast<std::uint32_t>(std::countr_zero(lost)), record.begin);
  }
  if (defaults || record.disordered) reorder(record);
  put_bits(record);
  store(out_.data() + record.row, RowHeader{out_.size() - record.row, layout.fixed()});
}

// Writes the tail anew, in slot order, with the defaults that were not given.
template <class S> void Decoder<S>::reorder(Record& record) {
  const Layout& layout = record.layout;
  const std::uint32_t size = out_.size() - record.row;
  scratch_.truncate(0);
  scratch_.append(out_.data() + record.row, size);
  out_.truncate(record.row + layout.fixed());
  const auto* blank = reinterpret_cast<const std::uint8_t*>(layout.blank.data());
  for (const std::uint32_t slot : layout.parts) {
    const std::uint8_t* from = scratch_.data();
    if (!record.is_given(slot)) {
      if (!(layout.blank_parts[slot / 64] >> slot % 64 & 1)) continue;
      from = blank;
    }
    const std::string_view part = Row(from, layout.count()).text(slot);
    put_part(target(layout, record.row, slot), part);
  }
}

// Parts must follow each other in slot order.
template <class S> void Decoder<S>::note_order(Record& record, std::uint32_t slot) {
  if (!record.layout.slots[slot].part) return;
  record.disordered |= slot < record.last_part;
  record.last_part = slot;
}

template <class S> void Decoder<S>::put_bits(Record& record) {
  const std::uint32_t words = bitmap_words(record.layout.count());
  for (std::uint32_t w = 0; w < words; ++w) {
    std::uint8_t* present = out_.data() + record.row + 8 + 8 * w;
    store(present, load<std::uint64_t>(present) | record.given(w));
    if (mode_.written) store(present + 8 * words, record.given(w) & ~record.quiet.word(w));
  }
}

template <class S> bool Decoder<S>::read_record(const Slot& slot, Target t) {
  const std::uint32_t row = open_row(*slot.layout);
  Record record(*slot.layout, row, in_.mark());
  if (!fields(record)) return false;
  put_nested(t, row);
  return true;
}

template <class S> int Decoder<S>::slot_of(const Layout& layout, std::string_view name) const {
  const int slot = mode_.schema_names ? layout.find_field(name) : layout.find(name);
  return slot > 0 && layout.slots[static_cast<std::size_t>(slot)].flatten && !mode_.schema_names
             ? -1
             : slot;
}

template <class S> typename Decoder<S>::Names& Decoder<S>::names_of(const Layout& layout) {
  Names& names = names_[layout.id];
  if (!names.quick.empty()) return names;
  for (std::uint32_t i = 0; i < layout.count(); ++i) {
    names.follows.push_back((i + 1) % layout.count());
    names.quick.emplace_back(layout.slots[i].quoted,
                             layout.slots[i].quick_name && !mode_.schema_names);
  }
  return names;
}

// The members of the map at the cursor, into the record's row.
template <class S> bool Decoder<S>::fields(Record& record) {
  const Layout& layout = record.layout;
  if (in_.shape() != Shape::map)
    return wrong(layout.name.empty() ? "a map" : std::string(own_name(layout.name)), record.begin);
  Names& names = names_of(layout);
  std::vector<std::uint32_t>& follows = names.follows;
  const std::vector<QuickName>& quick = names.quick;
  LooseMembers loose;
  std::uint32_t last = 0;
  for (auto c = in_.open_map(); in_.more(c);) {
    std::uint32_t slot = follows[last];
    if (!quick[slot].usable || !in_.key_is(quick[slot])) {
      const std::string_view name = in_.key();
      const int found = slot_of(layout, name);
      if (found <= 0) {
        loose.push_back({std::string(name), in_.last_key(), in_.mark()});
        in_.skip();
        continue;
      }
      slot = follows[last] = static_cast<std::uint32_t>(found);
    }
    last = slot;
    member(record, slot);
  }
  if (!loose.empty() || !layout.flattened.empty()) take_loose(record, loose);
  close_row(record);
  return true;
}

template <class S> void Decoder<S>::member(Record& record, std::uint32_t at) {
  member_at(record, at, in_.last_key());
}

template <class S> void Decoder<S>::member_at(Record& record, std::uint32_t at, Mark key) {
  const Slot& slot = record.layout.slots[at];
  const Entered step(*this, Step::member, key);
  if (record.seen.has(at)) {
    report("KS0405", in_.key_span(key), {{"name", in_.key_text(key)}});
    if (slot.kind == Kind::secret || slot.layout != nullptr) hide(in_.mark());  // or has secrets
    return in_.skip();
  }
  record.seen.add(at);
  if (slot.computed) {
    wrong("no value: `" + slot.name + "` is computed", in_.mark());
    record.lost.add(at);
  } else if (value(slot, target(record.layout, record.row, at)) == Outcome::value) {
    note_order(record, at);
  } else {
    record.lost.add(at);
  }
}

// Members that are none of the record's own: of a flattened record, kept, or unknown.
template <class S> void Decoder<S>::take_loose(Record& record, LooseMembers& loose) {
  const Mark end = in_.mark();
  flatten(record, loose);
  std::erase_if(loose, [&](const Loose& m) {
    return m.used || (!record.tag.empty() && m.name == record.tag);
  });
  if (record.layout.open)
    keep_open(record, loose);
  else
    for (const Loose& m : loose) unknown(record.layout, m);
  in_.seek(end);
}

template <class S> bool Decoder<S>::holds(const Layout& layout, std::string_view name) const {
  if (slot_of(layout, name) > 0) return true;
  for (const std::uint32_t slot : layout.flattened)
    if (holds(*layout.slots[slot].layout, name)) return true;
  return false;
}

template <class S> void Decoder<S>::flatten(Record& record, LooseMembers& loose) {
  LooseMembers none;  // by the schema's names a flattened record is a member like any other
  for (const std::uint32_t slot : record.layout.flattened) {
    if (mode_.schema_names && record.seen.has(slot)) continue;
    const bool had = flat_record(record, slot, mode_.schema_names ? none : loose);
    const bool fallback = record.layout.blank_parts[slot / 64] >> slot % 64 & 1;
    if (!had && (record.layout.slots[slot].optional || fallback)) continue;
    record.seen.add(slot);
    if (!had) record.quiet.add(slot);
    note_order(record, slot);
  }
}

// A flattened record of those loose members that are its own. Were there any?
template <class S>
bool Decoder<S>::flat_record(Record& outer, std::uint32_t at, LooseMembers& loose) {
  const Layout& layout = *outer.layout.slots[at].layout;
  LooseMembers own;
  for (Loose& m : loose)
    if (!m.used && holds(layout, m.name)) own.push_back(m), m.used = true;
  if (own.empty() &&
      (outer.layout.slots[at].optional || outer.layout.blank_parts[at / 64] >> at % 64 & 1))
    return false;
  Record record(layout, open_row(layout), outer.begin);
  LooseMembers deeper;
  for (Loose& m : own) {
    const int slot = slot_of(layout, m.name);
    if (slot <= 0) {
      deeper.push_back(m);
      continue;
    }
    in_.seek(m.value);
    member_at(record, static_cast<std::uint32_t>(slot), m.key);
  }
  if (!layout.flattened.empty()) take_loose(record, deeper);
  close_row(record);
  put_nested(target(outer.layout, outer.row, at), record.row);
  return !own.empty();
}

// What an open record keeps besides its own members: one JSON object, in its last slot.
template <class S> void Decoder<S>::keep_open(Record& record, LooseMembers& loose) {
  if (loose.empty()) return;
  Members members;
  for (const Loose& m : loose) {
    in_.seek(m.value);
    const Entered step(*this, Step::member, m.key);
    members.emplace_back(m.name, std::string());
    if (!canonical(members.back().second)) return;
  }
  std::string text;
  put_members(text, members);
  for (std::size_t i = 1; i < members.size(); ++i)
    if (members[i].first == members[i - 1].first)
      for (const Loose& m : loose)
        if (m.name == members[i].first) {
          report("KS0405", in_.key_span(m.key), {{"name", m.name}});
          break;
        }
  const std::uint32_t slot = record.layout.count() - 1;
  put_part(target(record.layout, record.row, slot), text);
  record.seen.add(slot);
  note_order(record, slot);
}

}  // namespace kestrel
