// Decoder: what it says where the document is wrong.
#pragma once

#include "bounds.hpp"
#include "decoder.hpp"
#include "kestrel/pattern.hpp"
#include "text.hpp"

namespace kestrel {

template <class S> std::string Decoder<S>::path() const {
  std::vector<const Step*> steps;
  for (const Step* s = top_; s; s = s->up) steps.push_back(s);
  std::string out;
  for (auto s = steps.rbegin(); s != steps.rend(); ++s) {
    if ((*s)->what == Step::member)
      put_pointer_step(out, in_.key_text((*s)->number));
    else
      put_pointer_step(out, (*s)->what == Step::index ? std::to_string((*s)->number) : (*s)->text);
  }
  return out;
}

template <class S> bool Decoder<S>::report(const char* code, Span span, Values values) {
  if (trying_ || issues_.full()) {
    issues_.count_one();
    return false;
  }
  issues_.add({.code = code,
               .values = std::move(values),
               .path = path(),
               .begin = span.begin,
               .end = span.end});
  return false;
}

template <class S> bool Decoder<S>::reject(const char* code, Mark mark, Values values) {
  if (trying_ || issues_.full()) return report(code, {}, {});
  return report(code, in_.span(mark), std::move(values));
}

template <class S> bool Decoder<S>::wrong(const std::string& expected, Mark mark) {
  in_.seek(mark);
  if (in_.shape() == Shape::null)
    reject("KS0406", mark, {{"type", expected}});
  else if (!trying_)
    reject("KS0401", mark, {{"expected", expected}, {"found", in_.describe(mark)}});
  else
    issues_.count_one();
  in_.skip();
  return false;
}

template <class S> void Decoder<S>::hide(Mark mark) { issues_.hide(path(), in_.span(mark)); }

// The same as `wrong`, without a word of the value.
template <class S> bool Decoder<S>::wrong_secret(const Slot& slot, Mark mark) {
  in_.seek(mark);
  reject("KS0401", mark, {{"expected", slot.type_name}, {"found", shape_name(in_.shape())}});
  in_.skip();
  return false;
}

// A number beyond its type, or beyond one of its refinements.
template <class S>
bool Decoder<S>::refused(const Slot& slot, Mark mark, ir::Int value, const std::string& shown) {
  if (value < slot.type_lo || value > slot.type_hi)
    return reject("KS0402", mark, {{"type", slot.scalar}, {"value", shown}});
  for (const Refinement& r : slot.refinements)
    if (!in_bounds(r.bounds, value))
      return reject("KS0407", mark, {{"value", shown}, {"condition", r.text}});
  return false;
}

// A text whose length or form is not what its type wants.
template <class S> bool Decoder<S>::bad_text(const Slot& slot, Mark mark, std::string_view text) {
  const std::string shown = json_string(excerpt(text));
  for (const Refinement& r : slot.refinements)
    if (const auto n = code_points(text); !length_fits(r.bounds, n))
      return reject(
          "KS0417", mark,
          {{"length", std::to_string(n)}, {"bounds", length_bounds(r.bounds)}, {"value", shown}});
  for (const auto& pattern : slot.bounds.patterns)
    if (!pattern->matches(text))
      return reject("KS0408", mark, {{"value", shown}, {"pattern", pattern->source()}});
  return false;
}

template <class S>
bool Decoder<S>::not_a_choice(const Slot& slot, Mark mark, std::string_view name) {
  const auto& names = mode_.schema_names ? slot.choices : slot.choice_data;
  std::string all;
  std::vector<std::string_view> candidates;
  for (const std::string& choice : names) {
    all += (all.empty() ? "" : ", ") + (choice.empty() ? "\"\"" : choice);
    candidates.push_back(choice);
  }
  Values values{{"value", json_string(excerpt(name))}, {"choices", all}};
  if (std::string near = nearest(name, candidates); !near.empty())
    values.emplace_back("nearest", near);
  return reject("KS0409", mark, std::move(values));
}

inline bool has_secrets(const Layout& layout) {
  return std::any_of(layout.slots.begin(), layout.slots.end(), [](const Slot& slot) {
    return slot.kind == Kind::secret || (slot.flatten && has_secrets(*slot.layout));
  });
}

template <class S> void Decoder<S>::unknown(const Layout& layout, const Loose& member) {
  std::vector<std::string_view> candidates;
  for (const auto& [name, slot] : layout.by_data)
    if (!layout.slots[slot].computed) candidates.push_back(name);
  for (const std::uint32_t slot : layout.flattened)
    for (const auto& [name, inner] : layout.slots[slot].layout->by_data) candidates.push_back(name);
  std::sort(candidates.begin(), candidates.end());
  Values values{{"name", excerpt(member.name)}};
  if (std::string near = nearest(member.name, candidates); !near.empty())
    values.emplace_back("nearest", near);
  const Entered step(*this, Step::member, member.key);
  if (has_secrets(layout)) hide(member.value);  // its name may be a misspelt one of theirs
  report("KS0403", in_.key_span(member.key), std::move(values));
}

// Blames the name under which the record stands; at the root, its first byte.
template <class S> void Decoder<S>::missing(const Layout& layout, std::uint32_t slot, Mark begin) {
  Span span;
  if (top_ && top_->what == Step::member)
    span = in_.key_span(top_->number);
  else if (span = in_.span(begin); span.begin != kNowhere)
    span.end = span.begin + 1;
  report("KS0404", span, {{"name", layout.slots[slot].data_name}});
}

}  // namespace kestrel
