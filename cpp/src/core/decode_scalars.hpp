// Decoder: single values.
#pragma once

#include <cmath>

#include "canonical.hpp"
#include "decode_issues.hpp"
#include "diff_redact.hpp"
#include "formats.hpp"
#include "units.hpp"

namespace kestrel {

template <class S>
const std::array<typename Decoder<S>::Reader, 17> Decoder<S>::kReaders{
    by<&Decoder::read_unit>,     by<&Decoder::read_boolean>, by<&Decoder::read_integer>,
    by<&Decoder::read_real>,     by<&Decoder::read_text>,    by<&Decoder::read_bytes>,
    by<&Decoder::read_duration>, by<&Decoder::read_size>,    by<&Decoder::read_choice>,
    by<&Decoder::read_json>,     by<&Decoder::read_secret>,  by<&Decoder::read_record>,
    by<&Decoder::read_sum>,      by<&Decoder::read_tuple>,   by<&Decoder::read_list>,
    by<&Decoder::read_map>,      by<&Decoder::read_set>};

template <class S> typename Decoder<S>::Outcome Decoder<S>::value(const Slot& slot, Target t) {
  if (in_.maybe_absent()) [[unlikely]] {
    if (slot.optional && in_.none()) return Outcome::absent;
    if (slot.optional) in_.some();
    if (in_.shape() == Shape::null && (slot.kind != Kind::json || slot.optional))
      return null_value(slot);
  }
  return kReaders[static_cast<std::size_t>(slot.kind)](*this, slot, t) ? Outcome::value
                                                                       : Outcome::failed;
}

// Null is absence, where there may be one. `@not_null` is about data: `None` in Kestrel means absence.
template <class S> typename Decoder<S>::Outcome Decoder<S>::null_value(const Slot& slot) {
  if (slot.required || (slot.not_null && !mode_.schema_names))
    return wrong(slot, in_.mark()), Outcome::failed;
  in_.null();
  return Outcome::absent;
}

template <class S> bool Decoder<S>::read_unit(const Slot& slot, Target) {
  const Mark mark = in_.mark();
  if (in_.shape() != Shape::map) return wrong(slot, mark);
  in_.skip();
  return true;
}

template <class S> bool Decoder<S>::read_boolean(const Slot& slot, Target t) {
  bool value;
  if (!in_.boolean(value)) return wrong(slot, in_.mark());
  put(t, value);
  return true;
}

template <class S> bool Decoder<S>::read_integer(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  std::int64_t small;
  ir::Int value;
  if (in_.small(small)) {
    if (small >= slot.quick_lo && small <= slot.quick_hi)
      return put(t, static_cast<std::uint64_t>(small)), true;
    return put_integer_value(slot, t, mark, small, to_text(small));
  }
  const Got got = in_.integer(value);
  if (got == Got::no) return wrong(slot, mark);
  if (got == Got::yes) return put_integer_value(slot, t, mark, value, to_text(value));
  reject("KS0402", mark, {{"type", slot.scalar}, {"value", in_.describe(mark)}});
  in_.skip();
  return false;
}

template <class S>
bool Decoder<S>::put_integer_value(const Slot& slot, Target t, Mark mark, ir::Int value,
                                   const std::string& shown) {
  if (value < slot.type_lo || value > slot.type_hi || !in_bounds(slot.bounds, value))
    return refused(slot, mark, value, shown);
  put(t, static_cast<std::uint64_t>(value));
  return true;
}

template <class S> bool Decoder<S>::read_real(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  double value;
  if (!in_.real(value)) return wrong(slot, mark);
  if (slot.single) value = static_cast<float>(value);
  if (!std::isfinite(value))
    return reject("KS0402", mark, {{"type", slot.scalar}, {"value", in_.describe(mark)}});
  put(t, std::bit_cast<std::uint64_t>(value + 0.0));  // -0.0 becomes 0
  return true;
}

template <class S> bool Decoder<S>::read_text(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  std::string_view text;
  if (!in_.text(text)) return wrong(slot, mark);
  return put_text_value(slot, t, mark, text);
}

template <class S>
bool Decoder<S>::put_text_value(const Slot& slot, Target t, Mark mark, std::string_view text) {
  const Bounds& b = slot.bounds;
  if (bounds_length(b) && !length_fits(b, code_points(text))) return bad_text(slot, mark, text);
  for (const auto& pattern : b.patterns)
    if (!pattern->matches(text)) return bad_text(slot, mark, text);
  if (slot.formatted)
    if (const char* why = format_fault(slot.scalar, text))
      return reject("KS0411", mark,
                    {{"type", slot.scalar}, {"value", json_string(excerpt(text))}, {"why", why}});
  put_part(t, text);
  return true;
}

template <class S> bool Decoder<S>::read_bytes(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  std::string_view text;
  if (in_.bytes(text)) return put_part(t, text), true;
  if (!in_.text(text)) return wrong(slot, mark);
  std::string bytes;
  if (!parse_base64(text, bytes))
    return reject(
        "KS0411", mark,
        {{"type", "Bytes"}, {"value", json_string(excerpt(text))}, {"why", "not base64"}});
  put_part(t, bytes);
  return true;
}

template <class S> bool Decoder<S>::read_duration(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  std::string_view text;
  ir::Int value;
  if (in_.duration(value)) return put_integer_value(slot, t, mark, value, to_text(value) + "ns");
  if (!in_.text(text)) return wrong(slot, mark);
  const Units units = Units::of(slot.units);
  if (parse_duration(text, units, value))
    return put_integer_value(slot, t, mark, value, excerpt(text));
  std::string why = "a duration is like `1h30m` or `250ms`";
  if (!units.times.empty())
    why = "a duration is like `1h30m`: numbers with the units " + std::string(units.times) +
          ", the larger first";
  return reject(
      "KS0411", mark,
      {{"type", "Duration"}, {"value", json_string(excerpt(text))}, {"why", std::move(why)}});
}

template <class S> bool Decoder<S>::read_size(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  std::string_view text;
  ir::Int value;
  const Units units = Units::of(slot.units);
  const Got got = in_.integer(value);
  if (got == Got::yes && units.named && value != 0 && !mode_.schema_names)
    return reject("KS0411", mark,
                  {{"type", "Size"},
                   {"value", to_text(value)},
                   {"why", "it names no unit, such as `MB`"}});
  if (got == Got::yes) return put_integer_value(slot, t, mark, value, to_text(value));
  if (got == Got::no && !in_.text(text)) return wrong(slot, mark);
  if (got == Got::no && parse_size(text, units, value))
    return put_integer_value(slot, t, mark, value, excerpt(text));
  if (got == Got::no)
    return reject("KS0411", mark,
                  {{"type", "Size"},
                   {"value", json_string(excerpt(text))},
                   {"why", units.named ? "a size is like `64MiB` or `10MB`"
                                       : "a size is like `64MiB` or `1000`"}});
  reject("KS0402", mark, {{"type", "Size"}, {"value", in_.describe(mark)}});
  in_.skip();
  return false;
}

template <class S> bool Decoder<S>::read_choice(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  std::string_view text;
  std::uint32_t count;
  if (in_.text(text) || (in_.variant(text, count) && count == 0))
    return put_choice(slot, t, mark, text);
  return wrong(slot, mark);
}

template <class S>
bool Decoder<S>::put_choice(const Slot& slot, Target t, Mark mark, std::string_view name) {
  const auto& names = mode_.schema_names ? slot.choices : slot.choice_data;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name || (slot.ignore_case && same_ignoring_case(names[i], name)))
      return put(t, i), true;
  return not_a_choice(slot, mark, name);
}

// Canonical JSON of the value at the cursor, whatever it is.
template <class S> bool Decoder<S>::canonical(std::string& out) {
  const Mark mark = in_.mark();
  const std::uint32_t depth_left = in_.depth_left();
  try {
    put_canonical(in_, out);
    return true;
  } catch (const NotCanonical& fault) {
    in_.rewind(mark, depth_left);
    if (fault.name.empty())
      reject(fault.code, fault.mark, {{"type", "Json"}, {"value", in_.describe(fault.mark)}});
    else
      report(fault.code, in_.key_span(fault.mark), {{"name", fault.name}});
    in_.skip();
    return false;
  }
}

template <class S> bool Decoder<S>::read_json(const Slot&, Target t) {
  std::string text;
  if (!canonical(text)) return false;
  put_part(t, text);
  return true;
}

// A reference, or '\1' and what stands in the document; this is hidden, also where it is no secret
// after all. What is shown of a secret is none.
template <class S> bool Decoder<S>::read_secret(const Slot& slot, Target t) {
  const Mark mark = in_.mark();
  std::string_view text;
  std::string literal = "\1";
  if (in_.secret(text)) return put_part(t, text), true;
  if (in_.text(text)) {
    if (text.starts_with("env:") || text.starts_with("file:")) return put_part(t, text), true;
    if (text == kRedacted) return reject("KS0735", mark, {});
    hide(mark);
    literal += slot.scalar == "Json" ? json_string(text) : std::string(text);
  } else {
    hide(mark);
    if (slot.scalar != "Json") return wrong_secret(slot, mark);
    if (!canonical(literal)) return false;
  }
  put_part(t, literal);
  return true;
}

// A key of a map, which data spell as text.
template <class S>
bool Decoder<S>::key_value(const Slot& slot, Target t, Mark mark, std::string_view text) {
  ir::Int value;
  switch (slot.kind) {
  case Kind::text: return put_text_value(slot, t, mark, text);
  case Kind::choice: return put_choice(slot, t, mark, text);
  case Kind::integer:
    if (parse_integer(text, value) == Got::yes)
      return put_integer_value(slot, t, mark, value, to_text(value));
    break;
  case Kind::duration:
    if (parse_duration(text, {}, value))
      return put_integer_value(slot, t, mark, value, excerpt(text));
    break;
  case Kind::size:
    if (parse_size(text, {}, value))
      return put_integer_value(slot, t, mark, value, excerpt(text));
    break;
  case Kind::boolean:
    if (text == "true" || text == "false") return put(t, text == "true"), true;
    break;
  default: break;
  }
  return report(
      "KS0401", in_.key_span(mark),
      {{"expected", "a key of type " + slot.type_name}, {"found", json_string(excerpt(text))}});
}

}  // namespace kestrel
