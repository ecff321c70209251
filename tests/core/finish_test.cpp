// Derived members, refinements by the evaluator, rules.
#include "bundles.hpp"
#include "check.hpp"
#include "kestrel/codec.hpp"

using namespace bundles;
using namespace kestrel;

namespace {

std::string member_of(const std::string& base, const std::string& name) {
  return R"({"kind":"field","base":)" + base + R"(,"name":")" + name + R"("})";
}
std::string self(const std::string& name) { return member_of(local("self"), name); }
std::string number(const std::string& n) { return constant("Int", n); }

std::string computes(const std::string& all) { return R"(,"computes":[)" + all + "]"; }
std::string compute(const std::string& name, const std::string& type, const std::string& value) {
  return R"({"name":")" + name + R"(","type":)" + type + R"(,"value":)" + value + "}";
}
std::string rules(const std::string& all) { return R"(,"rules":[)" + all + "]"; }
std::string rule(const std::string& name, const std::string& cond, const std::string& more = "") {
  return R"({"name":")" + name + R"(","cond":)" + cond + more + "}";
}
std::string when(const std::string& cond, const std::string& path, const std::string& value) {
  return R"(,"whens":[{"cond":)" + cond + R"(,"sets":[{"path":[)" + path + R"(],"value":)" + value +
         "}]}]";
}

std::string effective(const std::shared_ptr<const Schema>& s, const std::string& json) {
  const auto snapshot = decode_json(s, json);
  CHECK_EQ(document_json(*snapshot), json);
  return effective_json(*snapshot);
}

// A default that reads a default that reads; a compute over both.
void chains() {
  const auto s = schema(
      named("m.R"),
      record("m.R",
             field("a", scalar("u16"), fallback(op("int.add", self("b") + "," + number("1")))) +
                 "," +
                 field("b", scalar("u16"), fallback(op("int.mul", self("c") + "," + number("2")))) +
                 "," + field("c", scalar("u16"), fallback(number("3"))),
             computes(compute("sum", scalar("u16"), op("int.add", self("a") + "," + self("b"))))));
  CHECK_EQ(effective(s, "{}"), std::string(R"({"a":7,"b":6,"c":3,"sum":13})"));
  CHECK_EQ(effective(s, R"({"b":1})"), std::string(R"({"a":2,"b":1,"c":3,"sum":3})"));
  CHECK_EQ(faults(s, R"({"sum":1})"),
           std::string("KS0401 /sum 7..8 expected=no value: `sum` is computed found=1"));
  CHECK_EQ(faults(s, R"({"c":40000})"), std::string("KS0402 /b 0..11 type=u16 value=80000"));
}

// `outer` inside maps and nested records; a `when` that reaches into a nested record.
void enclosing() {
  const auto s = schema(
      named("m.R"),
      record("m.R",
             field("time", scalar("Duration"), fallback(constant("Duration", "1000000000"))) + "," +
                 field("busy", scalar("Bool"), fallback(constant("Bool", "false"))) + "," +
                 field("one", named("m.L"), fallback(R"({"kind":"record","members":[]})")) + "," +
                 field("all", map(scalar("String"), named("m.L")),
                       fallback(R"({"kind":"map","entries":[]})")),
             when(self("busy"), R"("one","size")", number("9"))) +
          "," +
          record("m.L",
                 field("idle", scalar("Duration"), fallback(member_of(local("outer"), "time"))) +
                     "," + field("size", scalar("u8"), fallback(number("1")))));
  CHECK_EQ(effective(s, "{}"),
           std::string(R"({"all":{},"busy":false,"one":{"idle":"1s","size":1},"time":"1s"})"));
  CHECK_EQ(
      effective(s, R"({"all":{"x":{},"y":{"idle":"5s"}},"busy":true,"time":"2s"})"),
      std::string(
          R"({"all":{"x":{"idle":"2s","size":1},"y":{"idle":"5s","size":1}},"busy":true,"one":{"idle":"2s","size":9},"time":"2s"})"));
  CHECK_EQ(effective(s, R"({"busy":true,"one":{"size":3}})"),
           std::string(R"({"all":{},"busy":true,"one":{"idle":"1s","size":3},"time":"1s"})"));
}

void failing_rules() {
  const std::string ordered = op("int.le", self("lo") + "," + self("hi"));
  const auto s = schema(
      named("m.R"),
      record("m.R",
             field("ranges", list(named("m.I"))) + "," +
                 field("cap", refined(scalar("u8"),
                                      op("int.gt", op("int.rem", local("it") + "," + number("2")) +
                                                       "," + number("0")))),
             rules(rule("few", op("int.lt", op("list.len", self("ranges")) + "," + number("3"))))) +
          "," +
          record("m.I", field("lo", scalar("u8")) + "," + field("hi", scalar("u8")),
                 rules(rule("ordered", ordered,
                            R"(,"message":)" + constant("String", R"("lo is above hi")") +
                                R"(,"place":["hi"])"))));
  CHECK_EQ(faults(s, R"({"cap":3,"ranges":[{"hi":2,"lo":1}]})"), std::string());
  CHECK_EQ(faults(s, R"({"cap":4,"ranges":[{"hi":1,"lo":2},{"hi":1,"lo":1},{"hi":0,"lo":1}]})"),
           std::string("KS0501 /ranges/0/hi 25..26 rule=ordered message=lo is above hi\n"
                       "KS0501 /ranges/2/hi 57..58 rule=ordered message=lo is above hi\n"
                       "KS0407 /cap 7..8 value=4 condition=it % 2 > 0\n"
                       "KS0501 /ranges 18..67 rule=few message="));
}

void failures() {
  const auto s = schema(
      named("m.R"),
      record("m.R",
             field("a", scalar("u8")) + "," +
                 field("b", scalar("u8"), fallback(op("int.div", number("1") + "," + self("a"))))));
  CHECK_EQ(effective(s, R"({"a":1})"), std::string(R"({"a":1,"b":1})"));
  CHECK_EQ(faults(s, R"({"a":0})").substr(0, 9), std::string("KS0503 /b"));
}

}  // namespace

int main() {
  chains();
  enclosing();
  failing_rules();
  failures();
  return check::finish();
}
