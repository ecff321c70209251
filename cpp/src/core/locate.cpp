#include "locate.hpp"

namespace kestrel {
namespace {

// The next step of a pointer, taken off; its escapes undone.
std::string take_step(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::string_view raw = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(raw.size());
  std::string step;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool escape = raw[i] == '~' && i + 1 < raw.size();
    step += escape ? (raw[++i] == '1' ? '/' : '~') : raw[i];
  }
  return step;
}

struct Found {
  bool all = false;                // the whole pointer was followed
  Mark value = 0, key = kNowhere;  // of the last step that was
};

template <class S> bool enter_member(S& in, const std::string& name, Found& found) {
  for (auto c = in.open_map(); in.more(c);) {
    const bool same = in.key() == name;
    if (same) return found.key = in.last_key(), true;
    in.skip();
  }
  return false;
}

template <class S> bool enter_item(S& in, const std::string& index, Found& found) {
  std::size_t i = 0;
  for (auto c = in.open_list(); in.more(c); ++i) {
    if (std::to_string(i) == index) return found.key = kNowhere, true;
    in.skip();
  }
  return false;
}

template <class S> Found follow(S& in, std::string_view pointer) {
  Found found;
  found.value = in.mark();
  while (pointer.starts_with('/')) {
    const std::string step = take_step(pointer);
    const Shape shape = in.shape();
    const bool entered = shape == Shape::map    ? enter_member(in, step, found)
                         : shape == Shape::list ? enter_item(in, step, found)
                                                : false;
    if (!entered) return found;
    found.value = in.mark();
  }
  found.all = pointer.empty();
  return found;
}

template <class S> Place place_of(S& in, std::string_view pointer, bool key, bool near) {
  try {
    const Found found = follow(in, pointer);
    if (!found.all && !near) return {};
    if (key) return found.key == kNowhere ? Place{} : in.key_span(found.key);
    return in.span(found.value);
  } catch (const Fatal&) {
    return {};
  }
}

Place in_text(std::string_view json, std::string_view pointer, bool key) {
  try {
    const PaddedText text(json, {.bytes = 0xFFFF'0000u});
    JsonSource in(text, 2000);
    return place_of(in, pointer, key, false);
  } catch (const Invalid&) {
    return {};
  }
}

}  // namespace

Place locate(std::string_view json, std::string_view pointer, bool key) {
  return in_text(json, pointer, key);
}
Place locate(const Doc& doc, std::string_view pointer, bool key) {
  if (doc.nodes.empty()) return {};
  DocSource in(doc, 2000);
  return place_of(in, pointer, key, false);
}
Place nearest_place(JsonSource source, std::string_view pointer) {
  return place_of(source, pointer, false, true);
}
Place nearest_place(DocSource source, std::string_view pointer) {
  return place_of(source, pointer, false, true);
}

}  // namespace kestrel
