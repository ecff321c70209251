// Any value of a source as canonical JSON text, and its parts.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "source.hpp"
#include "text.hpp"
#include "units.hpp"

namespace kestrel {

// Members of an object as texts: the name, and its value in canonical JSON.
using Members = std::vector<std::pair<std::string, std::string>>;

inline void put_members(std::string& out, Members& members) {
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return utf16_less(a.first, b.first); });
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    put_json_string(out, members[i].first);
    out += ':';
    out += members[i].second;
  }
  out += '}';
}

// What stops a value from being canonical JSON: a code and the value that is to blame.
struct NotCanonical {
  const char* code;
  Mark mark;
  std::string name;
};

template <class S> void put_canonical(S& in, std::string& out);

template <class S> void put_canonical_map(S& in, std::string& out) {
  Members members;
  std::vector<Mark> marks;
  for (auto c = in.open_map(); in.more(c);) {
    members.emplace_back(std::string(in.key()), std::string());
    marks.push_back(in.last_key());
    put_canonical(in, members.back().second);
  }
  const Mark last = marks.empty() ? 0 : marks.back();
  put_members(out, members);
  for (std::size_t i = 1; i < members.size(); ++i)
    if (members[i].first == members[i - 1].first)
      throw NotCanonical{"KS0405", last, members[i].first};
}

template <class S> void put_canonical_list(S& in, std::string& out) {
  out += '[';
  bool first = true;
  for (auto c = in.open_list(); in.more(c); first = false) {
    if (!first) out += ',';
    put_canonical(in, out);
  }
  out += ']';
}

// Integers keep their digits, whatever their number.
template <class S> void put_canonical_number(S& in, std::string& out) {
  const Mark mark = in.mark();
  ir::Int whole;
  double real;
  const Got got = in.integer(whole);
  if (got == Got::yes) return put_integer(out, whole);
  if (got == Got::huge) {
    out += in.digits();
    return;
  }
  if (!in.real(real) || !std::isfinite(real)) throw NotCanonical{"KS0402", mark, {}};
  put_real(out, real);
}

// A plain scalar is what YAML's core schema says: a boolean, a number, else text.
template <class S> void put_canonical_plain(S& in, std::string& out) {
  bool truth;
  ir::Int whole;
  double real;
  std::string_view text;
  if (in.core_boolean(truth))
    out += truth ? "true" : "false";
  else if (in.integer(whole) == Got::yes)
    put_integer(out, whole);
  else if (const Mark mark = in.mark(); in.real(real)) {
    if (!std::isfinite(real)) throw NotCanonical{"KS0402", mark, {}};
    put_real(out, real);
  } else if (in.text(text)) {
    put_json_string(out, text);
  }
}

template <class S> void put_canonical_scalar(S& in, std::string& out) {
  bool truth;
  std::string_view text;
  ir::Int time;
  const Mark mark = in.mark();
  if (in.boolean(truth))
    out += truth ? "true" : "false";
  else if (in.text(text) || in.secret(text))
    put_json_string(out, text);
  else if (in.null())
    out += "null";
  else if (in.duration(time)) {
    out += '"';
    put_duration(out, static_cast<std::int64_t>(time));
    out += '"';
  } else {
    throw NotCanonical{"KS0402", mark, {}};
  }
}

template <class S> void put_canonical(S& in, std::string& out) {
  switch (in.shape()) {
  case Shape::map: return put_canonical_map(in, out);
  case Shape::list: return put_canonical_list(in, out);
  case Shape::number: return put_canonical_number(in, out);
  case Shape::plain: return put_canonical_plain(in, out);
  default: return put_canonical_scalar(in, out);
  }
}

}  // namespace kestrel
