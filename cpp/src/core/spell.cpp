#include "spell.hpp"

#include <array>
#include <vector>

#include "numbers.hpp"
#include "text.hpp"
#include "units.hpp"

namespace kestrel {
namespace {

std::string joined(const std::vector<const ir::Type*>& types) {
  std::string out;
  for (const ir::Type* type : types) out += (out.empty() ? "" : ", ") + spell(*type);
  return out;
}

std::string spell_literals(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : " | ") + json_string(value);
  return out;
}

std::string spell_constant(const ir::Const& c) {
  std::string out;
  if (c.kind == ir::ConstKind::boolean) return c.integer != 0 ? "true" : "false";
  if (c.kind == ir::ConstKind::real) return put_real(out, c.real), out;
  if (c.kind == ir::ConstKind::text) return json_string(c.text);
  if (c.kind != ir::ConstKind::integer) return "…";
  if (c.type == "Duration")
    put_duration(out, static_cast<std::int64_t>(c.integer));
  else if (c.type == "Size")
    put_size(out, static_cast<std::uint64_t>(c.integer), false);
  else
    put_integer(out, c.integer);
  return out;
}

struct Infix {
  std::string_view op, sign;
};
constexpr std::array<Infix, 29> kInfix{
    {{"int.ge", ">="},   {"int.le", "<="},     {"int.lt", "<"},      {"int.gt", ">"},
     {"float.ge", ">="}, {"float.le", "<="},   {"float.lt", "<"},    {"float.gt", ">"},
     {"text.ge", ">="},  {"text.le", "<="},    {"text.lt", "<"},     {"text.gt", ">"},
     {"any.eq", "=="},   {"any.ne", "!="},     {"bool.and", "&&"},   {"bool.or", "||"},
     {"int.add", "+"},   {"int.sub", "-"},     {"int.mul", "*"},     {"int.div", "/"},
     {"int.rem", "%"},   {"float.add", "+"},   {"float.sub", "-"},   {"float.mul", "*"},
     {"float.div", "/"}, {"text.concat", "+"}, {"list.concat", "+"}, {"text.matches", "matches"},
     {"map.merge", "+"}}};

bool is_op(const ir::Expr& e, std::string_view name) {
  return e.kind == ir::ExprKind::op && e.name == name && e.args.size() == 2;
}

// `x >= a && x <= b` is written `x in a..=b`.
std::string spell_range(const ir::Expr& e) {
  if (!is_op(e, "bool.and") || !is_op(*e.args[0], "int.ge") || !is_op(*e.args[1], "int.le"))
    return {};
  const std::string subject = spell(*e.args[0]->args[0]);
  if (subject != spell(*e.args[1]->args[0])) return {};
  return subject + " in " + spell(*e.args[0]->args[1]) + "..=" + spell(*e.args[1]->args[1]);
}

std::string call_of(std::string_view name, const std::vector<const ir::Expr*>& args) {
  std::string out;
  for (const ir::Expr* arg : args) out += (out.empty() ? "" : ", ") + spell(*arg);
  return std::string(own_name(name)) + "(" + out + ")";
}

std::string spell_op(const ir::Expr& e) {
  if (std::string range = spell_range(e); !range.empty()) return range;
  for (const Infix& infix : kInfix)
    if (is_op(e, infix.op))
      return spell(*e.args[0]) + " " + std::string(infix.sign) + " " + spell(*e.args[1]);
  if (e.name == "bool.not" && e.args.size() == 1) return "!" + spell(*e.args[0]);
  if (e.name == "int.neg" && e.args.size() == 1) return "-" + spell(*e.args[0]);
  return call_of(e.name, e.args);
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// `keep_equal`, `KeepEqual` and `HTTPPort` as lower-case words.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool hump = is_upper(name[i]) && i > 0 &&
                      (!is_upper(name[i - 1]) ||
                       (i + 1 < name.size() && is_letter(name[i + 1]) && !is_upper(name[i + 1])));
    if ((name[i] == '_' || hump) && !words.back().empty()) words.emplace_back();
    if (name[i] != '_') words.back() += lower(name[i]);
  }
  return words;
}

struct Style {
  std::string_view name, separator;
  bool first_upper, upper_words, all_upper;
};
constexpr std::array<Style, 5> kStyles{{{"snake", "_", false, false, false},
                                        {"kebab", "-", false, false, false},
                                        {"camel", "", false, true, false},
                                        {"pascal", "", true, true, false},
                                        {"upper", "_", false, false, true}}};

}  // namespace

std::string spell(const ir::Type& t) {
  switch (t.kind) {
  case ir::TypeKind::option: return "Option<" + spell(*t.items[0]) + ">";
  case ir::TypeKind::list: return "[" + spell(*t.items[0]) + "]";
  case ir::TypeKind::map: return "Map<" + joined(t.items) + ">";
  case ir::TypeKind::set: return "Set<" + joined(t.items) + ">";
  case ir::TypeKind::tuple: return "(" + joined(t.items) + ")";
  case ir::TypeKind::literals: return spell_literals(t.texts);
  case ir::TypeKind::secret: return "Secret<" + joined(t.items) + ">";
  case ir::TypeKind::refined:
    return t.name.empty() ? spell(*t.items[0]) : std::string(own_name(t.name));
  default: return std::string(own_name(t.name));
  }
}

std::string spell(const ir::Expr& e) {
  switch (e.kind) {
  case ir::ExprKind::constant: return spell_constant(e.constant);
  case ir::ExprKind::local: return e.name;
  case ir::ExprKind::field: return spell(*e.args[0]) + "." + e.name;
  case ir::ExprKind::op: return spell_op(e);
  case ir::ExprKind::call: return call_of(e.name, e.args);
  case ir::ExprKind::is: return spell(*e.args[0]) + " is " + e.name;
  default: return "…";
  }
}

std::string in_case(std::string_view name, std::string_view style) {
  for (const Style& s : kStyles) {
    if (s.name != style) continue;
    std::string out;
    for (std::string& word : words_of(name)) {
      if (!out.empty()) out += s.separator;
      if (!word.empty() && (out.empty() ? s.first_upper : s.upper_words)) word[0] = upper(word[0]);
      for (const char c : word) out += s.all_upper ? upper(c) : c;
    }
    return out;
  }
  return std::string(name);
}

std::string_view own_name(std::string_view full) {
  const std::size_t dot = full.rfind('.');
  return dot == std::string_view::npos ? full : full.substr(dot + 1);
}

}  // namespace kestrel
