#include "json_value.hpp"

#include <algorithm>
#include <charconv>

#include "json_parts.hpp"
#include "kestrel/codec.hpp"
#include "numbers.hpp"
#include "text.hpp"

namespace kestrel {

namespace {

std::string scalar_text(const Doc& doc, const DocNode& node) {
  std::string out;
  switch (node.kind) {
    case DocKind::null: return "null";
    case DocKind::boolean: return node.integer != 0 ? "true" : "false";
    case DocKind::integer: put_integer(out, node.integer); break;
    case DocKind::real: put_real(out, node.real); break;
    default: put_json_string(out, doc.text(node)); break;
  }
  return out;
}

}  // namespace

JsonValue JsonValue::over(std::string_view json) {
  JsonValue value;
  value.shared = json;
  return value;
}

// The children of a text of one's own must not point into it: it is only ever a scalar.
void JsonValue::open() {
  if (kind != Kind::text || shared.empty()) return;
  if (shared.front() == '{') {
    kind = Kind::object;
    for (JsonParts parts(shared); !parts.done();) {
      std::string name = unescaped(parts.name());
      members.emplace_hint(members.end(), std::move(name), over(parts.value()));
    }
  } else if (shared.front() == '[') {
    kind = Kind::array;
    for (JsonParts parts(shared); !parts.done();) items.push_back(over(parts.value()));
  }
}

bool equal(const JsonValue& a, const JsonValue& b) {
  const auto plain = [](const JsonValue& value) {
    return JsonValue::of(parse_json(value.text())).text();
  };
  return plain(a) == plain(b);
}

JsonValue JsonValue::of(const Doc& doc, std::uint32_t node) {
  const DocNode& n = doc.nodes[node];
  JsonValue value;
  std::uint32_t child = node + 1;
  if (n.kind == DocKind::map) {
    value.kind = Kind::object;
    for (std::uint32_t i = 0; i < n.count; ++i) {
      const DocNode& name = doc.nodes[child];
      value.members.insert_or_assign(std::string(doc.text(name)), of(doc, name.next));
      child = doc.nodes[name.next].next;
    }
  } else if (n.kind == DocKind::list) {
    value.kind = Kind::array;
    for (std::uint32_t i = 0; i < n.count; ++i, child = doc.nodes[child].next)
      value.items.push_back(of(doc, child));
  } else {
    value.owned = scalar_text(doc, n);
  }
  return value;
}

void JsonValue::write(std::string& out) const {
  const char* separator = "";
  switch (kind) {
    case Kind::text: out += shared.empty() ? owned : shared; return;
    case Kind::object:
      out += '{';
      for (const auto& [name, value] : members) {
        out += separator;
        put_json_string(out, name);
        out += ':';
        value.write(out);
        separator = ",";
      }
      out += '}';
      return;
    case Kind::array:
      out += '[';
      for (const JsonValue& item : items) {
        out += separator;
        item.write(out);
        separator = ",";
      }
      out += ']';
      return;
  }
}

std::string JsonValue::text() const {
  std::string out;
  write(out);
  return out;
}

std::size_t JsonValue::weight() const {
  std::size_t sum = sizeof(JsonValue) + shared.size() + owned.size();
  for (const auto& [name, value] : members) sum += name.size() + value.weight();
  for (const JsonValue& item : items) sum += item.weight();
  return sum;
}

// Canonical: \u is for control characters alone.
std::string unescaped(std::string_view text) {
  static constexpr std::string_view kLetters = "bfnrt\"\\", kMeanings = "\b\f\n\r\t\"\\";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
    } else if (text[++i] == 'u') {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 4)), nullptr, 16));
      i += 4;
    } else {
      out += kMeanings[kLetters.find(text[i])];
    }
  }
  return out;
}

bool split_pointer(std::string_view pointer, std::vector<std::string>& parts) {
  if (!pointer.empty() && pointer.front() != '/') return false;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      parts.emplace_back();
    } else if (pointer[i] != '~') {
      parts.back() += pointer[i];
    } else {
      if (++i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) return false;
      parts.back() += pointer[i] == '0' ? '~' : '/';
    }
  }
  return true;
}

bool parse_index(std::string_view part, std::size_t end, std::size_t& index) {
  if (part.empty() || (part.size() > 1 && part.front() == '0')) return false;
  if (!std::all_of(part.begin(), part.end(), is_digit)) return false;
  const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  return error == std::errc() && stop == part.data() + part.size() && index < end;
}

}  // namespace kestrel
