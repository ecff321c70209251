#include "kestrel/ir.hpp"

#include <algorithm>
#include <array>

#include "kestrel/codec.hpp"

namespace kestrel::ir {
namespace {

// The IR nests deeper than data: an expression is three levels of JSON.
constexpr std::uint32_t kDepth = 2000;

[[noreturn]] void bad(const std::string& why) {
  throw Invalid{{{.code = "KS0109", .values = {{"why", why}}, .path = ""}}};
}

// Names of an enumeration in its order.
template <class E, std::size_t n>
E named(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) bad("unknown kind `" + std::string(name) + "`");
  return static_cast<E>(found - names.begin());
}

constexpr std::array<std::string_view, 13> kTypes{
    "scalar", "named",  "option",  "list", "map", "set",   "tuple",
    "literals", "secret", "refined", "fn",   "var", "result"};
constexpr std::array<std::string_view, 29> kExprs{
    "const", "local",  "field", "item", "op",      "if",     "let",    "lambda", "call", "is",
    "match", "record", "map",   "list", "variant", "update", "config", "secret", "merge",
    "convert", "block", "define", "assign", "while", "for", "break", "continue", "return", "try"};
constexpr std::array<std::string_view, 7> kPatterns{"wild",    "bind",  "equals", "within",
                                                    "variant", "tuple", "record"};
constexpr std::array<std::string_view, 5> kDecls{"record", "sum", "newtype", "fn", "config"};

// A node of the bundle's JSON. Members that are left out have their default.
class View {
 public:
  View(const Doc& doc, std::uint32_t at) : doc_(&doc), at_(at) {}

  const DocNode& node() const { return doc_->nodes[at_]; }
  bool is_null() const { return node().kind == DocKind::null; }
  std::string text() const {
    if (node().kind != DocKind::text) bad("text is due");
    return std::string(doc_->text(node()));
  }
  Int integer() const {
    if (node().kind != DocKind::integer) bad("an integer is due");
    return node().integer;
  }
  std::vector<View> items() const {
    if (node().kind != DocKind::list) bad("a list is due");
    std::vector<View> all;
    for (std::uint32_t i = at_ + 1; i < node().next; i = doc_->nodes[i].next)
      all.push_back({*doc_, i});
    return all;
  }

  bool find(std::string_view name, View& out) const {
    if (node().kind != DocKind::map) bad("an object is due");
    for (std::uint32_t i = at_ + 1; i < node().next; i = doc_->nodes[i + 1].next)
      if (doc_->text(doc_->nodes[i]) == name) {
        out = {*doc_, i + 1};
        return !out.is_null();
      }
    return false;
  }
  View get(std::string_view name) const {
    View out = *this;
    if (!find(name, out)) bad("`" + std::string(name) + "` is missing");
    return out;
  }
  std::string text(std::string_view name, std::string fallback = {}) const {
    View out = *this;
    return find(name, out) ? out.text() : fallback;
  }
  bool flag(std::string_view name) const {
    View out = *this;
    return find(name, out) && out.node().kind == DocKind::boolean && out.node().integer != 0;
  }
  std::vector<View> items(std::string_view name) const {
    View out = *this;
    return find(name, out) ? out.items() : std::vector<View>();
  }
  std::vector<std::string> texts(std::string_view name) const {
    std::vector<std::string> all;
    for (const View& item : items(name)) all.push_back(item.text());
    return all;
  }

 private:
  const Doc* doc_;
  std::uint32_t at_;
};

std::string from_hex(const std::string& hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; };
  const bool good =
      hex.size() % 2 == 0 && hex.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!good) bad("bytes are hexadecimal");
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    out += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return out;
}

At place(const View& v) {
  View at = v;
  if (!v.find("at", at)) return {};
  const auto parts = at.items();
  if (parts.size() != 3) bad("a place has three numbers");
  const auto number = [&](std::size_t i) { return static_cast<std::uint32_t>(parts[i].integer()); };
  return {number(0), number(1), number(2)};
}

class Loader {
 public:
  explicit Loader(Bundle& out) : out_(out) {}

  void bundle(const View& v) {
    if (v.get("format").integer() != 1) bad("the format is not 1: made by a newer Kestrel");
    for (const View& d : v.items("decls")) decl(d);
    out_.root = type(v.get("root"));
  }

 private:
  using FillType = void (Loader::*)(Type&, const View&);
  using FillExpr = void (Loader::*)(Expr&, const View&);
  using FillPattern = void (Loader::*)(Pattern&, const View&);
  using FillDecl = void (Loader::*)(Decl&, const View&);

  // ---- types
  const Type* type(const View& v) {
    static constexpr std::array<FillType, 13> fill{
        &Loader::name_of,  &Loader::name_of,      &Loader::item_of,    &Loader::list_type,
        &Loader::map_type, &Loader::item_of,      &Loader::tuple_type, &Loader::literals_type,
        &Loader::item_of,  &Loader::refined_type, &Loader::fn_type,    &Loader::name_of,
        &Loader::result_type};
    Type& t = out_.types.emplace_back();
    t.kind = named<TypeKind>(kTypes, v.text("kind"));
    (this->*fill[static_cast<std::size_t>(t.kind)])(t, v);
    return &t;
  }
  void name_of(Type& t, const View& v) { t.name = v.get("name").text(); }
  void item_of(Type& t, const View& v) { t.items = {type(v.get("item"))}; }
  void list_type(Type& t, const View& v) {
    item_of(t, v);
    t.texts = v.texts("key");
  }
  void map_type(Type& t, const View& v) { t.items = {type(v.get("key")), type(v.get("value"))}; }
  void result_type(Type& t, const View& v) { t.items = {type(v.get("ok")), type(v.get("err"))}; }
  void tuple_type(Type& t, const View& v) { t.items = types(v.items("items")); }
  void literals_type(Type& t, const View& v) { t.texts = v.texts("values"); }
  void refined_type(Type& t, const View& v) {
    t.items = {type(v.get("base"))};
    t.where = expr(v.get("where"));
    t.name = v.text("name");
  }
  void fn_type(Type& t, const View& v) {
    t.items = types(v.items("params"));
    t.items.push_back(type(v.get("result")));
  }
  std::vector<const Type*> types(const std::vector<View>& views) {
    std::vector<const Type*> all;
    for (const View& v : views) all.push_back(type(v));
    return all;
  }

  // ---- expressions
  const Expr* expr(const View& v) {
    static constexpr std::array<FillExpr, 29> fill{
        &Loader::const_expr, &Loader::named_expr,  &Loader::field_expr,   &Loader::item_expr,
        &Loader::op_expr,    &Loader::if_expr,     &Loader::let_expr,     &Loader::lambda_expr,
        &Loader::call_expr,  &Loader::is_expr,     &Loader::match_expr,   &Loader::record_expr,
        &Loader::map_expr,   &Loader::list_expr,   &Loader::variant_expr, &Loader::update_expr,
        &Loader::named_expr, &Loader::secret_expr, &Loader::merge_expr,   &Loader::convert_expr,
        &Loader::list_expr,  &Loader::define_expr, &Loader::define_expr,  &Loader::while_expr,
        &Loader::for_expr,   &Loader::leave_expr,  &Loader::leave_expr,   &Loader::value_expr,
        &Loader::value_expr};
    Expr& e = out_.exprs.emplace_back();
    e.kind = named<ExprKind>(kExprs, v.text("kind"));
    e.at = place(v);
    (this->*fill[static_cast<std::size_t>(e.kind)])(e, v);
    return &e;
  }
  const Expr* optional(const View& v, std::string_view name) {
    View found = v;
    return v.find(name, found) ? expr(found) : nullptr;
  }
  std::vector<const Expr*> exprs(const std::vector<View>& views) {
    std::vector<const Expr*> all;
    for (const View& v : views) all.push_back(expr(v));
    return all;
  }
  void members(Expr& e, const View& v, std::initializer_list<std::string_view> names) {
    for (const auto name : names) e.args.push_back(expr(v.get(name)));
  }
  void const_expr(Expr& e, const View& v) { e.constant = constant(v); }
  void named_expr(Expr& e, const View& v) { e.name = v.get("name").text(); }
  void field_expr(Expr& e, const View& v) {
    named_expr(e, v), members(e, v, {"base"});
    if (const Expr* otherwise = optional(v, "otherwise")) e.args.push_back(otherwise);
  }
  void item_expr(Expr& e, const View& v) {
    members(e, v, {"base"});
    e.index = static_cast<std::uint32_t>(v.get("index").integer());
  }
  void op_expr(Expr& e, const View& v) {
    e.name = v.get("op").text();
    e.args = exprs(v.items("args"));
  }
  void if_expr(Expr& e, const View& v) { members(e, v, {"cond", "then", "other"}); }
  void let_expr(Expr& e, const View& v) { named_expr(e, v), members(e, v, {"value", "body"}); }
  void lambda_expr(Expr& e, const View& v) {
    e.params = v.texts("params");
    members(e, v, {"body"});
  }
  void call_expr(Expr& e, const View& v) {
    e.name = v.get("fn").text();
    e.args = exprs(v.items("args"));
  }
  void is_expr(Expr& e, const View& v) {
    e.name = v.get("variant").text();
    members(e, v, {"base"});
  }
  void match_expr(Expr& e, const View& v) {
    members(e, v, {"subject"});
    for (const View& arm : v.items("arms"))
      e.arms.push_back({pattern(arm.get("pattern")), expr(arm.get("body"))});
  }
  void record_expr(Expr& e, const View& v) {
    for (const View& member : v.items("members")) {
      const auto [name, value] = pair(member);
      e.members.emplace_back(name.text(), expr(value));
    }
  }
  void map_expr(Expr& e, const View& v) {
    for (const View& entry : v.items("entries")) {
      const auto [key, value] = pair(entry);
      const Expr* k = expr(key);
      e.entries.emplace_back(k, expr(value));
    }
  }
  void list_expr(Expr& e, const View& v) { e.args = exprs(v.items("items")); }
  void variant_expr(Expr& e, const View& v) {
    e.type = v.text("type");
    e.name = v.get("variant").text();
    e.args = exprs(v.items("args"));
  }
  void update_expr(Expr& e, const View& v) {
    members(e, v, {"base"});
    for (const View& edit : v.items("edits")) {
      Edit one;
      for (const View& step : edit.items("path"))
        one.path.push_back({step.text("name"), optional(step, "key"), step.text("by")});
      one.value = optional(edit, "value");
      e.edits.push_back(std::move(one));
    }
  }
  void secret_expr(Expr& e, const View& v) { e.name = v.get("text").text(); }
  void merge_expr(Expr& e, const View& v) {
    members(e, v, {"base", "over"});
    e.of = type(v.get("type"));
  }

  void convert_expr(Expr& e, const View& v) {
    value_expr(e, v);
    e.of = type(v.get("of"));
  }
  void define_expr(Expr& e, const View& v) { named_expr(e, v), value_expr(e, v); }
  void while_expr(Expr& e, const View& v) { members(e, v, {"cond", "body"}); }
  void for_expr(Expr& e, const View& v) { named_expr(e, v), members(e, v, {"values", "body"}); }
  void leave_expr(Expr&, const View&) {}
  void value_expr(Expr& e, const View& v) { members(e, v, {"value"}); }

  static std::pair<View, View> pair(const View& v) {
    const auto both = v.items();
    if (both.size() != 2) bad("a pair is due");
    return {both[0], both[1]};
  }

  Const constant(const View& v) {
    Const c;
    c.type = v.get("type").text();
    View value = v;
    if (v.find("value", value)) fill_constant(c, value);
    return c;
  }
  static void fill_constant(Const& c, const View& v) {
    const bool is_real = c.type == "f32" || c.type == "f64";
    switch (v.node().kind) {
    case DocKind::boolean: c.kind = ConstKind::boolean; break;
    case DocKind::integer: c.kind = is_real ? ConstKind::real : ConstKind::integer; break;
    case DocKind::real: c.kind = ConstKind::real; break;
    case DocKind::text: c.kind = c.type == "Bytes" ? ConstKind::bytes : ConstKind::text; break;
    default: bad("a constant is a scalar");
    }
    c.integer = v.node().integer;
    c.real = v.node().kind == DocKind::integer ? static_cast<double>(c.integer) : v.node().real;
    if (v.node().kind == DocKind::text) c.text = c.type == "Bytes" ? from_hex(v.text()) : v.text();
  }

  // ---- patterns
  const Pattern* pattern(const View& v) {
    static constexpr std::array<FillPattern, 7> fill{
        &Loader::wild,           &Loader::bind_pattern,    &Loader::equals_pattern,
        &Loader::within_pattern, &Loader::variant_pattern, &Loader::items_pattern,
        &Loader::record_pattern};
    Pattern& p = out_.patterns.emplace_back();
    p.kind = named<PatternKind>(kPatterns, v.text("kind"));
    (this->*fill[static_cast<std::size_t>(p.kind)])(p, v);
    return &p;
  }
  void wild(Pattern&, const View&) {}
  void bind_pattern(Pattern& p, const View& v) { p.name = v.get("name").text(); }
  void equals_pattern(Pattern& p, const View& v) { p.lo = constant(v.get("value")); }
  void within_pattern(Pattern& p, const View& v) {
    p.lo = constant(v.get("lo"));
    p.hi = constant(v.get("hi"));
  }
  void variant_pattern(Pattern& p, const View& v) {
    p.name = v.get("variant").text();
    items_pattern(p, v);
  }
  void items_pattern(Pattern& p, const View& v) {
    for (const View& item : v.items("items")) p.items.push_back(pattern(item));
  }
  void record_pattern(Pattern& p, const View& v) { p.names = v.texts("names"); }

  // ---- declarations
  void decl(const View& v) {
    static constexpr std::array<FillDecl, 5> fill{&Loader::record, &Loader::sum, &Loader::newtype,
                                                  &Loader::fn, &Loader::config};
    Decl& d = out_.decls.emplace_back();
    d.kind = named<DeclKind>(kDecls, v.text("kind"));
    d.name = v.get("name").text();
    if (!out_.by_name.emplace(d.name, &d).second) bad("`" + d.name + "` is declared twice");
    (this->*fill[static_cast<std::size_t>(d.kind)])(d, v);
  }
  void record(Decl& d, const View& v) {
    for (const View& f : v.items("fields")) d.fields.push_back(field(f));
    for (const View& c : v.items("computes"))
      d.computes.push_back({c.get("name").text(), type(c.get("type")), expr(c.get("value"))});
    for (const View& r : v.items("rules"))
      d.rules.push_back({r.get("name").text(), expr(r.get("cond")), optional(r, "message"),
                         r.texts("place"), place(r)});
    for (const View& w : v.items("whens")) d.whens.push_back(when(w));
    for (const View& m : v.items("migrations")) d.migrations.push_back(migration(m));
    d.open = v.flag("open");
    d.data_case = v.text("case");
  }
  When when(const View& v) { return {expr(v.get("cond")), sets(v)}; }
  std::vector<std::pair<std::vector<std::string>, const Expr*>> sets(const View& v) {
    std::vector<std::pair<std::vector<std::string>, const Expr*>> all;
    for (const View& set : v.items("sets"))
      all.emplace_back(set.texts("path"), expr(set.get("value")));
    return all;
  }
  Migration migration(const View& v) {
    Migration m{v.get("schema").text(), v.get("direction").text() == "to", {}, sets(v), place(v)};
    for (const View& one : v.items("carried")) {
      const auto [into, from] = pair(one);
      m.carried.emplace_back(into.text(), from.text());
    }
    return m;
  }
  Field field(const View& v) {
    Field f;
    f.name = v.get("name").text();
    f.type = type(v.get("type"));
    f.fallback = optional(v, "default");
    f.reload = v.text("reload", "hot");
    View danger = v, deprecated = v;
    f.dangerous = v.find("danger", danger);
    if (f.dangerous) f.danger = danger.text();
    f.deprecated = v.find("deprecated", deprecated);
    f.data_name = v.text("data_name");
    f.units = v.text("units");
    f.not_null = v.flag("not_null");
    f.ignore_case = v.flag("ignore_case");
    f.flatten = v.flag("flatten");
    f.renamed_from = v.texts("renamed_from");
    return f;
  }
  void sum(Decl& d, const View& v) {
    for (const View& one : v.items("variants")) {
      Variant& variant = d.variants.emplace_back();
      variant.name = one.get("name").text();
      variant.data_name = one.text("data_name");
      variant.items = types(one.items("items"));
      for (const View& f : one.items("fields")) variant.fields.push_back(field(f));
    }
    d.tag = v.text("tag");
    d.untagged = v.flag("untagged");
    d.ignore_case = v.flag("ignore_case");
    d.data_case = v.text("case");
  }
  void newtype(Decl& d, const View& v) { d.type = type(v.get("base")); }
  void fn(Decl& d, const View& v) {
    for (const View& p : v.items("params")) {
      d.params.push_back(p.get("name").text());
      d.param_types.push_back(type(p.get("type")));
      d.defaults.push_back(optional(p, "default"));
    }
    d.type = type(v.get("result"));
    d.body = expr(v.get("body"));
  }
  void config(Decl& d, const View& v) {
    d.type = type(v.get("type"));
    d.body = expr(v.get("value"));
  }

  Bundle& out_;
};

}  // namespace

std::shared_ptr<const Bundle> Bundle::load(std::string_view json) {
  Doc doc;
  try {
    doc = parse_json(json, {.depth = kDepth});
  } catch (const Invalid&) {
    bad("it is not JSON");
  }
  auto bundle = std::make_shared<Bundle>();
  Loader(*bundle).bundle(View(doc, 0));
  return bundle;
}

const Decl* Bundle::find(std::string_view name) const {
  const auto found = by_name.find(std::string(name));
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace kestrel::ir
