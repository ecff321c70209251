// The evaluator over rows: what rules read, what they blame and say, defaults that copy data,
// configs. Each operation alone is tested against Python in test_eval.py.
#include "kestrel/eval.hpp"

#include "bundles.hpp"
#include "check.hpp"

using namespace bundles;

namespace {

// ---- expressions, spelt shortly
std::string get(const std::string& base, const std::string& name) {
  return R"({"kind":"field","base":)" + base + R"(,"name":")" + name + R"("})";
}
std::string self(const std::string& name) { return get(local("self"), name); }
std::string fn(const std::string& param, const std::string& body) {
  return R"({"kind":"lambda","params":[")" + param + R"("],"body":)" + body + "}";
}
std::string call(const std::string& name, const std::string& a, const std::string& b) {
  return op(name, a + "," + b);
}
std::string is(const std::string& base, const std::string& variant) {
  return R"({"kind":"is","base":)" + base + R"(,"variant":")" + variant + R"("})";
}
std::string text(const std::string& t) { return constant("String", "\"" + t + "\""); }
std::string number(int n) { return constant("Int", std::to_string(n)); }
std::string variant(const std::string& type, const std::string& name) {
  return R"({"kind":"variant","type":")" + type + R"(","variant":")" + name + R"("})";
}
const std::string kU16 = scalar("u16"), kText = scalar("String");

const std::string kParts =
    record("m.Tls",
           field("cert", kText) + "," + field("days", kU16, fallback(constant("u16", "90")))) +
    "," + record("m.Route", field("to", kText) + "," + field("weight", kU16)) + "," +
    sum("m.Env", R"({"name":"Dev"},{"name":"Prod"})") + "," +
    sum("m.Peer", R"({"name":"Off"},{"name":"One","items":[)" + kU16 +
                      R"(]},{"name":"Named","fields":[)" + field("host", kText) + "]}") +
    "," +
    record(
        "m.Listener",
        field("port", kU16) + "," + field("tls", option(named("m.Tls"))) + "," +
            field("routes", list(named("m.Route")), fallback(R"({"kind":"list","items":[]})")) +
            "," +
            field("own_tls", named("m.Tls"),
                  fallback(R"({"kind":"update","base":)" + get(local("outer"), "tls") +
                           R"(,"edits":[{"path":[{"name":"days"}],"value":)" + number(7) + "}]}")));

std::shared_ptr<const kestrel::Schema> gateway() {
  const std::string fields =
      field("env", named("m.Env"), fallback(variant("m.Env", "Dev"))) + "," +
      field("tls", named("m.Tls"),
            fallback(R"({"kind":"record","members":[["cert",)" + text("/c") + "]]}")) +
      "," + field("listeners", map(kText, named("m.Listener"))) + "," +
      field("by_number", map(kU16, kText), fallback(R"({"kind":"map","entries":[]})")) + "," +
      field("tags", set(kText), fallback(R"({"kind":"list","items":[]})")) + "," +
      field("peers", list(named("m.Peer")), fallback(R"({"kind":"list","items":[]})"));
  return schema(named("m.G"), kParts + "," + record("m.G", fields));
}

const char* const kTwo = R"({"listeners":{"a/b":{"port":80},"c":{"port":443,"tls":{"cert":"x"},)"
                         R"("routes":[{"to":"r","weight":1},{"to":"s","weight":0}]}}})";

// An expression, compiled to be run on rows of `layout`.
std::shared_ptr<const kestrel::Program> compiled(const std::string& expr,
                                                 const kestrel::Layout* layout = nullptr) {
  const std::string config =
      R"({"kind":"config","name":"m.c","type":)" + kText + R"(,"value":)" + expr + "}";
  const auto bundle = kestrel::ir::Bundle::load(R"({"decls":[)" + kParts + "," + config +
                                                R"(],"format":1,"root":)" + kText + "}");
  return kestrel::Program::compile(*bundle->find("m.c")->body, *bundle, layout);
}

kestrel::RuleResult judge(const std::string& cond, const std::string& message,
                          const char* document) {
  const auto snapshot = kestrel::decode_json(gateway(), document);
  const kestrel::Layout& layout = snapshot->schema().root();
  const kestrel::Scope scope{snapshot->root(), &layout, nullptr, &snapshot->trees()};
  const auto text = message.empty() ? nullptr : compiled(message, &layout);
  return compiled(cond, &layout)->judge(scope, text.get());
}

// What a rule blames and says about kTwo, after the failure's code if it has no value.
std::string judged(const std::string& cond, const std::string& message = "") {
  const kestrel::RuleResult result = judge(cond, message, kTwo);
  std::string out = result.holds ? "holds" : result.failure ? "!" + result.failure->code : "";
  for (const std::string& path : result.read) out += (out.empty() ? "" : " ") + path;
  for (const std::string& path : result.context) out += (out.empty() ? "if " : " if ") + path;
  if (!result.element.empty()) out += (out.empty() ? "in " : " in ") + result.element;
  return message.empty() ? out : out + ": " + result.message;
}

std::string all(const std::string& collection, const std::string& body) {
  return call("map.all", collection, fn("l", body));
}

const std::string kListeners = self("listeners"), kL = local("l");

void blame_is_the_innermost_element() {
  const std::string it = op("any.show", get(local("it"), "port"));
  CHECK_EQ(judged(all(kListeners, is(get(kL, "tls"), "Some")), it),
           std::string("/listeners/a~1b/tls in /listeners/a~1b: 80"));
  const std::string heavy = call("int.gt", get(local("r"), "weight"), number(0));
  const std::string nested = all(kListeners, call("list.all", get(kL, "routes"), fn("r", heavy)));
  CHECK_EQ(judged(nested, call("text.concat", get(local("it"), "to"), op("entry.key", local("l")))),
           std::string("/listeners/c/routes/1/weight in /listeners/c/routes/1: sc"));
  const std::string prod = call("any.eq", self("env"), variant("m.Env", "Prod"));
  CHECK_EQ(judged(call("bool.or", prod,
                       call("map.none", kListeners, fn("l", is(get(kL, "tls"), "Some")))),
                  op("entry.key", local("it"))),
           std::string("/listeners/c/tls in /listeners/c: c"));
}

void blame_finds_its_way_through_filters() {
  const std::string late =
      call("map.filter", kListeners, fn("x", is(get(local("x"), "tls"), "Some")));
  CHECK_EQ(judged(all(late, call("int.lt", get(kL, "port"), number(100)))),
           std::string("/listeners/c/port in /listeners/c"));
  const std::string keys =
      call("list.all", op("map.keys", kListeners), fn("k", call("any.eq", local("k"), text("c"))));
  CHECK_EQ(judged(keys, local("it")), std::string("in /listeners/a~1b: a/b"));
  const std::string same = call("list.unique", op("map.values", kListeners), fn("l", text("one")));
  CHECK_EQ(judged(same), std::string("in /listeners/c"));
}

void else_the_fields_read_are_to_blame() {
  const std::string count = op("map.len", kListeners);
  CHECK_EQ(judged(call("int.gt", count, number(5))), std::string("/listeners"));
  const std::string days = get(self("tls"), "days");
  CHECK_EQ(judged(op("bool.not", call("int.gt", days, number(5)))), std::string("/tls/days"));
}

void what_a_rule_asks_about_is_not_what_it_demands() {
  const std::string prod = call("any.eq", self("env"), variant("m.Env", "Prod"));
  const std::string few = call("int.gt", op("map.len", kListeners), number(5));
  const std::string implies = R"({"kind":"if","cond":)" + op("bool.not", prod) + R"(,"then":)" + few +
                              R"(,"other":)" + constant("Bool", "true") + "}";
  CHECK_EQ(judged(implies), std::string("/listeners if /env"));
}

void a_rule_that_cannot_be_evaluated_fails() {
  const std::string zero = call("int.div", number(1), call("int.sub", get(kL, "port"), number(80)));
  CHECK_EQ(judged(all(kListeners, call("int.ge", zero, number(0))), op("entry.key", local("it"))),
           std::string("!division /listeners/a~1b/port in /listeners/a~1b: a/b"));
  const std::string lost = get(call("map.at", kListeners, text("z")), "port");
  CHECK_EQ(judged(call("int.gt", lost, number(0))), std::string("!missing /listeners"));
}

void data_of_every_shape_is_read() {
  const char* const some =
      R"({"listeners":{"a":{"port":1}},"by_number":{"7":"seven","10":"ten"},"tags":["x","y"],)"
      R"("peers":["Off",{"One":5},{"Named":{"host":"h"}}],"env":"Prod"})";
  const auto good = [&](const std::string& cond) { return judge(cond, "", some).holds; };
  CHECK(good(call("any.eq", call("map.at", self("by_number"), text("10")), text("ten"))));
  CHECK(good(op("bool.not", call("map.has", self("by_number"), text("8")))));
  CHECK(good(op("bool.not", call("map.has", self("by_number"), text("x")))));
  CHECK(good(call("any.eq", op("map.keys", self("by_number")),
                  R"({"kind":"list","items":[)" + text("7") + "," + text("10") + "]}")));
  CHECK(good(call("list.contains", self("tags"), text("y"))));
  CHECK(good(call("any.eq", self("tags"),
                  R"({"kind":"list","items":[)" + text("y") + "," + text("x") + "]}")));
  CHECK(good(call("any.eq", self("env"), variant("m.Env", "Prod"))));
  CHECK(good(is(call("list.at", self("peers"), number(0)), "Off")));
  CHECK(good(call("any.eq", call("list.at", self("peers"), number(0)), variant("m.Peer", "Off"))));
  const std::string five =
      R"({"kind":"variant","type":"m.Peer","variant":"One","args":[)" + number(5) + "]}";
  CHECK(good(call("list.contains", self("peers"), five)));
  CHECK(good(call("any.eq", op("any.show", self("peers")),
                  text("[Off, One(5), Named{host: \\\"h\\\"}]"))));
  const std::string arms = R"({"kind":"match","subject":)" +
                           call("list.at", self("peers"), number(2)) +
                           R"(,"arms":[{"pattern":{"kind":"variant","variant":"Named",)"
                           R"("items":[{"kind":"record","names":["host"]}]},"body":)" +
                           call("any.eq", local("host"), text("h")) + "}]}";
  CHECK(good(arms));
}

void defaults_copy_and_edit_data() {
  const auto snapshot = kestrel::decode_json(gateway(), kTwo);
  const std::string json = kestrel::effective_json(*snapshot);
  CHECK(json.find(R"("own_tls":{"cert":"/c","days":7})") != std::string::npos);
  CHECK(json.find(R"("tls":{"cert":"/c","days":90})") != std::string::npos);
}

void programs_say_what_they_read() {
  const auto read = [](const std::string& expr) {
    const auto program = compiled(expr);
    std::string out = program->constant() ? "constant" : "";
    for (const std::string& name : program->reads()) out += " " + name;
    return out;
  };
  CHECK_EQ(read(number(1)), std::string("constant"));
  CHECK_EQ(read(call("int.add", self("a"), get(self("b"), "c"))), std::string(" a b"));
  CHECK_EQ(read(get(local("outer"), "x")), std::string(""));
}

}  // namespace

int main() {
  blame_is_the_innermost_element();
  blame_finds_its_way_through_filters();
  else_the_fields_read_are_to_blame();
  what_a_rule_asks_about_is_not_what_it_demands();
  a_rule_that_cannot_be_evaluated_fails();
  data_of_every_shape_is_read();
  defaults_copy_and_edit_data();
  programs_say_what_they_read();
  return check::finish();
}
