// Layouts, decoding, canonical JSON.
#include <cmath>

#include "bundles.hpp"
#include "check.hpp"
#include "kestrel/codec.hpp"
#include "kestrel/row_writer.hpp"

using namespace bundles;
using namespace kestrel;

namespace {

std::shared_ptr<const Schema> gateway() {
  const std::string level = sum("m.Level", R"({"name":"Debug"},{"name":"Info"},{"name":"Warn"})");
  const std::string name = refined(
      scalar("String"),
      op("text.matches", local("it") + "," + constant("String", R"("[a-z][a-z0-9-]*")")), "m.Name");
  const std::string listener = record(
      "m.Listener",
      field("host", scalar("String"), fallback(constant("String", R"("0.0.0.0")"))) + "," +
          field("port",
                refined(scalar("u16"), op("int.ge", local("it") + "," + constant("u16", "1024")))) +
          "," + field("tls", option(named("m.Tls"))) + "," +
          field("idle", scalar("Duration"), fallback(constant("Duration", "30000000000"))));
  const std::string tls = record("m.Tls", field("cert", scalar("Path")) + "," +
                                              field("ciphers", list(scalar("String")),
                                                    fallback(R"({"kind":"list","items":[]})")));
  const std::string root = record(
      "m.Gateway",
      field("workers", within("u16", "1", "256"), fallback(constant("u16", "4"))) + "," +
          field("listeners", map(name, named("m.Listener"))) + "," +
          field("level", named("m.Level"),
                fallback(R"({"kind":"variant","type":"m.Level","variant":"Info"})")) +
          "," + field("ratio", scalar("f64"), fallback(constant("f64", "0.5"))) + "," +
          field("tags", list(scalar("String")),
                fallback(
                    R"({"kind":"list","items":[{"kind":"const","type":"String","value":"a"}]})")) +
          "," +
          field(
              "global", named("m.Tls"),
              fallback(
                  R"({"kind":"record","members":[["cert",{"kind":"const","type":"Path","value":"/c"}]]})")));
  return schema(named("m.Gateway"), root + "," + listener + "," + level + "," + tls);
}

void documents() {
  const auto s = gateway();
  const std::string minimal = R"({"listeners":{}})";
  const auto a = decode_json(s, minimal);
  CHECK_EQ(document_json(*a), minimal);
  CHECK_EQ(
      effective_json(*a),
      std::string(
          R"({"global":{"cert":"/c","ciphers":[]},"level":"Info","listeners":{},"ratio":0.5,"tags":["a"],"workers":4})"));
  const auto b =
      decode_json(s, R"( { "workers" : 8, "tags":[], "listeners" : {"z":{"port":8443,"tls":null},
     "edge":{"tls":{"ciphers":["x","y"],"cert":"/t"},"port":1024,"host":"h"}}, "level":"Warn","ratio":1e21 } )");
  CHECK_EQ(
      document_json(*b),
      std::string(
          R"({"level":"Warn","listeners":{"edge":{"host":"h","port":1024,"tls":{"cert":"/t","ciphers":["x","y"]}},"z":{"port":8443}},"ratio":1e+21,"tags":[],"workers":8})"));
  CHECK_EQ(
      effective_json(*b),
      std::string(
          R"({"global":{"cert":"/c","ciphers":[]},"level":"Warn","listeners":{"edge":{"host":"h","idle":"30s","port":1024,"tls":{"cert":"/t","ciphers":["x","y"]}},"z":{"host":"0.0.0.0","idle":"30s","port":8443}},"ratio":1e+21,"tags":[],"workers":8})"));
  const auto again = decode_json(s, document_json(*b));
  CHECK(again->root().same_bytes(b->root()));
  CHECK(Row(again->trees()[0].row(0), 5).same_bytes(Row(b->trees()[0].row(0), 5)));
  const auto reset = decode_json(s, R"({"listeners":{},"global":{"cert":"/d"}})");
  CHECK_EQ(document_json(*reset), std::string(R"({"global":{"cert":"/d"},"listeners":{}})"));
}

void errors() {
  const auto s = gateway();
  CHECK_EQ(
      faults(
          s,
          R"({"listeners":{"a":{"port":80},"B":{"port":8080},"c":{"prt":1,"port":70000}},"workers":"x"})"),
      std::string("KS0407 /listeners/a/port 26..28 value=80 condition=it >= 1024\n"
                  "KS0408 /listeners/B 30..33 value=\"B\" pattern=[a-z][a-z0-9-]*\n"
                  "KS0402 /listeners/c/port 68..73 type=u16 value=70000\n"
                  "KS0403 /listeners/c/prt 53..58 name=prt nearest=port\n"
                  "KS0401 /workers 86..89 expected=u16 found=\"x\""));
  CHECK_EQ(
      faults(s, R"({"listeners":{"a":{}},"listeners":{},"level":"warn"})"),
      std::string("KS0404 /listeners/a 14..17 name=port\n"
                  "KS0405 /listeners 22..33 name=listeners\n"
                  "KS0409 /level 45..51 value=\"warn\" choices=Debug, Info, Warn nearest=Warn"));
  CHECK_EQ(faults(s, R"({"listeners":{},})"),
           std::string("KS0410  16..17 why=a member's name is due here"));
  CHECK_EQ(faults(s, R"([])"), std::string("KS0401  0..2 expected=Gateway found=a list"));
}

// ---- each kind of value, in a record with the one field `x`
std::shared_ptr<const Schema> one(const std::string& type, const std::string& decls = "",
                                  const std::string& more = "") {
  return schema(named("m.R"),
                record("m.R", field("x", type, more)) + (decls.empty() ? "" : "," + decls));
}

std::string json_text(const std::string& text) { return "\"" + text + "\""; }

std::string member(const std::string& value) { return R"({"x":)" + value + "}"; }

// What the document reads back as.
std::string read(const std::shared_ptr<const Schema>& s, const std::string& value) {
  try {
    const std::string json = document_json(*decode_json(s, member(value)));
    return json == "{}" ? "absent" : json.substr(5, json.size() - 6);
  } catch (const Invalid& invalid) {
    return invalid.issues.front().code;
  }
}

std::string read_plain(const std::shared_ptr<const Schema>& s, const std::string& text,
                       DocKind kind = DocKind::plain) {
  Doc doc;
  const auto map = doc.open(DocKind::map);
  doc.scalar(DocKind::text, "x");
  doc.scalar(kind, text);
  doc.close(map);
  try {
    const std::string json = document_json(*decode_doc(s, doc));
    return json == "{}" ? "absent" : json.substr(5, json.size() - 6);
  } catch (const Invalid& invalid) {
    return invalid.issues.front().code;
  }
}

void integers() {
  const auto u8 = one(scalar("u8")), i64 = one(scalar("i64")), u64 = one(scalar("u64"));
  CHECK_EQ(read(u8, "255"), std::string("255"));
  CHECK_EQ(read(u8, "256"), std::string("KS0402"));
  CHECK_EQ(read(u8, "-1"), std::string("KS0402"));
  CHECK_EQ(read(u8, "-0"), std::string("0"));
  CHECK_EQ(read(u8, "1.0"), std::string("KS0401"));
  CHECK_EQ(read(u8, "1e2"), std::string("KS0401"));
  CHECK_EQ(read(u8, "01"), std::string("KS0410"));
  CHECK_EQ(read(u8, "true"), std::string("KS0401"));
  CHECK_EQ(read(u8, "null"), std::string("KS0406"));
  CHECK_EQ(read(i64, "-9223372036854775808"), std::string("-9223372036854775808"));
  CHECK_EQ(read(i64, "-9223372036854775809"), std::string("KS0402"));
  CHECK_EQ(read(u64, "18446744073709551615"), std::string("18446744073709551615"));
  CHECK_EQ(read(u64, "18446744073709551616"), std::string("KS0402"));
  CHECK_EQ(read(u64, std::string(400, '9')), std::string("KS0402"));
  CHECK_EQ(read_plain(u64, "0x1F"), std::string("31"));
  CHECK_EQ(read_plain(u64, "0o17"), std::string("15"));
  CHECK_EQ(read_plain(u64, "012"), std::string("KS0401"));
  CHECK_EQ(read_plain(i64, "-7"), std::string("-7"));
  CHECK_EQ(read_plain(i64, "+7"), std::string("7"));
}

void reals() {
  const auto f64 = one(scalar("f64")), f32 = one(scalar("f32"));
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},
      {"-0.0", "0"},
      {"1.50", "1.5"},
      {"1e21", "1e+21"},
      {"1e20", "100000000000000000000"},
      {"123456789012345680000", "123456789012345680000"},
      {"0.000001", "0.000001"},
      {"0.0000001", "1e-7"},
      {"5e-324", "5e-324"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
      {"333333333.33333329", "333333333.3333333"},
      {"1e23", "1e+23"},
      {"9007199254740993", "9007199254740992"},
      {"1e-400", "0"},
      {"-12.5E-1", "-1.25"}};
  for (const auto& [in, out] : cases) CHECK_EQ(read(f64, in), std::string(out));
  CHECK_EQ(read(f64, "1e309"), std::string("KS0402"));
  CHECK_EQ(read(f64, "1e9223372036854775807"), std::string("KS0402"));
  CHECK_EQ(read(f64, "0.01e-9223372036854775808"), std::string("0"));
  CHECK_EQ(read(f64, "100e-99999999999999999999"), std::string("0"));
  CHECK_EQ(read(f64, "NaN"), std::string("KS0410"));
  CHECK_EQ(read(f64, "1."), std::string("KS0410"));
  CHECK_EQ(read(f64, ".5"), std::string("KS0410"));
  CHECK_EQ(read(f64, "\"1\""), std::string("KS0401"));
  CHECK_EQ(read(f32, "0.1"), std::string("0.1"));
  CHECK_EQ(read(f32, "1e39"), std::string("KS0402"));
  CHECK_EQ(read_plain(f64, ".nan"), std::string("KS0402"));
  CHECK_EQ(read_plain(f64, "-.inf"), std::string("KS0402"));
  CHECK_EQ(read_plain(f64, "2.5"), std::string("2.5"));
  CHECK_EQ(read_plain(f64, "3"), std::string("3"));
}

void texts() {
  const auto s = one(scalar("String"));
  CHECK_EQ(read(s, R"("a\u0062\n\"\\\/\u00e9\ud83d\ude00")"),
           std::string("\"ab\\n\\\"\\\\/\u00e9\U0001F600\""));
  CHECK_EQ(read(s, R"("\u0000\u001f")"), std::string(R"("\u0000\u001f")"));
  CHECK_EQ(read(s, R"("\ud800")"), std::string("KS0410"));
  CHECK_EQ(read(s, R"("\udc00x")"), std::string("KS0410"));
  CHECK_EQ(read(s, R"("\x")"), std::string("KS0410"));
  CHECK_EQ(read(s, "\"a\nb\""), std::string("KS0410"));
  CHECK_EQ(read(s, "\"\xff\""), std::string("KS0416"));
  CHECK_EQ(read(s, "\"\xc0\x80\""), std::string("KS0416"));
  CHECK_EQ(read(s, "\"\xed\xa0\x80\""), std::string("KS0416"));
  CHECK_EQ(read(s, "12"), std::string("KS0401"));
  for (const char* text : {"no", "012", "12:30:45", "1.5", "true"})
    CHECK_EQ(read_plain(s, text), "\"" + std::string(text) + "\"");
  const auto two = one(refined(
      scalar("String"), op("int.le", op("text.len", local("it")) + "," + constant("Int", "2"))));
  CHECK_EQ(read(two, "\"\u00e9\u00e9\""), std::string("\"\u00e9\u00e9\""));
  CHECK_EQ(read(two, "\"abc\""), std::string("KS0417"));
  CHECK_EQ(read(one(scalar("Bytes")), "\"aGk=\""), std::string("\"aGk=\""));
  CHECK_EQ(read(one(scalar("Bytes")), "\"aGk\""), std::string("KS0411"));
  CHECK_EQ(read(one(scalar("Bytes")), "\"aGl=\""), std::string("KS0411"));
}

void booleans() {
  const auto s = one(scalar("Bool"));
  CHECK_EQ(read(s, "true"), std::string("true"));
  CHECK_EQ(read(s, "truex"), std::string("KS0410"));
  CHECK_EQ(read(s, "1"), std::string("KS0401"));
  CHECK_EQ(read_plain(s, "no"), std::string("false"));
  CHECK_EQ(read_plain(s, "On"), std::string("true"));
  CHECK_EQ(read_plain(s, "oN"), std::string("KS0401"));
  CHECK_EQ(read_plain(s, "yes", DocKind::text), std::string("KS0401"));
}

void units() {
  const auto d = one(scalar("Duration"));
  const std::pair<const char*, const char*> times[] = {
      {"1h30m", "1h30m"}, {"90s", "1m30s"}, {"1500ms", "1s500ms"}, {"2w", "14d"},
      {"0s", "0s"},       {"-5s", "-5s"},   {"1us1ns", "1us1ns"},  {"5min", "5m"}};
  for (const auto& [in, out] : times) CHECK_EQ(read(d, json_text(in)), json_text(out));
  for (const char* bad : {"", "5", "1m1h", "1h1h", "s", "1.5h", "1h ", "99999999999999999999s"})
    CHECK_EQ(read(d, json_text(bad)), std::string("KS0411"));
  CHECK_EQ(read(d, json_text("9999999999h")), std::string("KS0402"));
  CHECK_EQ(read(d, "5"), std::string("KS0401"));
  const auto z = one(scalar("Size"));
  const std::pair<const char*, const char*> sizes[] = {{"64MiB", "64MiB"},    {"65536", "64KiB"},
                                                       {"10MB", "10000000B"}, {"1000B", "1000B"},
                                                       {"0", "0B"},           {"1EiB", "1EiB"}};
  for (const auto& [in, out] : sizes) CHECK_EQ(read(z, json_text(in)), json_text(out));
  CHECK_EQ(read(z, "1024"), json_text("1KiB"));
  CHECK_EQ(read(z, "-1"), std::string("KS0402"));
  CHECK_EQ(read(z, json_text("16EiB")), std::string("KS0402"));
  CHECK_EQ(read(z, json_text("4kb")), std::string("KS0411"));
  CHECK_EQ(read(one(scalar("Size"), "", R"(,"units":"binary")"), json_text("10MB")),
           json_text("10MB"));
}

void units_that_a_field_says() {
  const auto d = one(scalar("Duration"), "", R"(,"units":"y, w, d, h, m, s, ms")");
  const std::pair<const char*, const char*> times[] = {
      {"1y1w", "372d"}, {"1h30m", "1h30m"}, {"0", "0s"}, {"90ms", "90ms"}};
  for (const auto& [in, out] : times) CHECK_EQ(read(d, json_text(in)), json_text(out));
  for (const char* bad : {"-1h", "5us", "5min", "1m1h", "1", "", "1w1y", "1y1y"})
    CHECK_EQ(read(d, json_text(bad)), std::string("KS0411"));
  CHECK_EQ(read(one(scalar("Duration")), json_text("1y")), std::string("KS0411"));
  const auto z = one(scalar("Size"), "", R"(,"units":"binary, named")");
  const std::pair<const char*, const char*> sizes[] = {
      {"10MB", "10MB"}, {"1.5KiB", "1536B"}, {"0.1KB", "102B"}, {"0", "0B"}, {"100B", "100B"}};
  for (const auto& [in, out] : sizes) CHECK_EQ(read(z, json_text(in)), json_text(out));
  CHECK_EQ(read(z, "0"), json_text("0B"));
  CHECK_EQ(read(z, "100"), std::string("KS0411"));
  for (const char* bad : {"100", "", "B", ".5KB", "1.KB", "1.0000000001GB", "99999999999.5EB", "-1B"})
    CHECK_EQ(read(z, json_text(bad)), std::string("KS0411"));
}

void formats() {
  const std::tuple<const char*, const char*, bool> cases[] = {
      {"Uuid", "123e4567-e89b-12d3-a456-426614174000", true},
      {"Uuid", "123e4567e89b12d3a456426614174000", false},
      {"Url", "redis://s", true},
      {"Url", "localhost", false},
      {"Url", "http://a b", false},
      {"Url", "mailto:a@b", true},
      {"Regex", R"((?i)\\bgo_(\\pL+|[[:^digit:]_])\\Q.*\\E(?P<n>x){2,5}?)", true},
      {"Regex", R"(a{,2}|{x}|[a-b-c]|\\_|\\012|\\x{1f600}|()*)", true},
      {"Regex", "(a{10}){100}", true},
      {"Regex", "(a{10}){101}", false},
      {"Regex", "(a", false},
      {"Regex", "a)", false},
      {"Regex", "[a", false},
      {"Regex", "[b-a]", false},
      {"Regex", "[[:no:]]", false},
      {"Regex", "*a", false},
      {"Regex", "a|*", false},
      {"Regex", "a**", false},
      {"Regex", "a{2}{2}", false},
      {"Regex", "a{3,2}", false},
      {"Regex", "(?<n>a)(?P<n>b)", false},
      {"Regex", "(?=a)", false},
      {"Regex", R"((a)\\1)", false},
      {"Regex", R"(\\y)", false},
      {"Regex", R"(\\C)", false},
      {"Regex", R"(\\Qa)", false},
      {"Regex", R"(a\\)", false},
      {"Cidr", "10.0.0.0/8", true},
      {"Cidr", "10.0.0.0", false},
      {"Cidr", "10.0.0.0/33", false},
      {"Cidr", "::/0", true},
      {"Cidr", "fe80::1/64", true},
      {"Cidr", "1:2:3:4:5:6:7:8/128", true},
      {"Cidr", "1::2::3/64", false},
      {"Cidr", "::ffff:1.2.3.4/96", true},
      {"Cidr", "256.0.0.1/8", false},
      {"Instant", "2026-02-28T23:59:59Z", true},
      {"Instant", "2026-02-29T00:00:00Z", false},
      {"Instant", "2024-02-29T00:00:00.5+01:00", true},
      {"Instant", "2026-01-01T00:00:00", false},
      {"Instant", "2026-01-01", false},
      {"Regex", "a(b|c)*", true},
      {"Regex", "a(b", false},
      {"Path", "/a/b", true}};
  for (const auto& [type, text, good] : cases)
    CHECK_EQ(read(one(scalar(type)), json_text(text)),
             good ? json_text(text) : std::string("KS0411"));
}

void collections() {
  const auto l = one(list(scalar("u8")));
  CHECK_EQ(read(l, "[ 1 ,2,3 ]"), std::string("[1,2,3]"));
  CHECK_EQ(read(l, "[]"), std::string("[]"));
  CHECK_EQ(read(l, "[1,]"), std::string("KS0410"));
  CHECK_EQ(read(l, "[1,null]"), std::string("KS0406"));
  CHECK_EQ(faults(l, member("[1,true,300]")),
           std::string(
               "KS0401 /x/1 8..12 expected=u8 found=true\nKS0402 /x/2 13..16 type=u8 value=300"));
  CHECK_EQ(read(one(list(option(scalar("u8")))), "[1,null,2]"), std::string("[1,null,2]"));
  CHECK_EQ(read(one(set(scalar("i8"))), "[3,-1,3,2]"), std::string("[-1,2,3]"));
  CHECK_EQ(read(one(set(scalar("String"))), R"(["b","a","b"])"), std::string(R"(["a","b"])"));
  const auto m = one(map(scalar("String"), scalar("u8")));
  CHECK_EQ(read(m, R"({"b":1,"a":2,"":3})"), std::string(R"({"":3,"a":2,"b":1})"));
  CHECK_EQ(read(m, R"({"b":1,"a":2,"b":3})"), std::string("KS0405"));
  CHECK_EQ(read(m, "{\"\uFB33\":1,\"\U0001F600\":2}"),
           std::string("{\"\U0001F600\":2,\"\uFB33\":1}"));
  CHECK_EQ(read(one(map(scalar("i8"), scalar("u8"))), R"({"10":1,"9":2,"-1":3})"),
           std::string(R"({"-1":3,"10":1,"9":2})"));
  CHECK_EQ(read(one(map(scalar("i8"), scalar("u8"))), R"({"x":1})"), std::string("KS0401"));
  CHECK_EQ(read(one(map(scalar("String"), list(map(scalar("String"), scalar("Bool"))))),
                R"({"a":[{"z":true,"b":false}],"b":[]})"),
           std::string(R"({"a":[{"b":false,"z":true}],"b":[]})"));
  CHECK_EQ(read(one(tuple(scalar("u8") + "," + scalar("String"))), R"([1,"a"])"),
           std::string(R"([1,"a"])"));
  CHECK_EQ(read(one(tuple(scalar("u8") + "," + scalar("String"))), R"([1])"),
           std::string("KS0401"));
  const auto keyed = schema(named("m.R"), record("m.R", field("x", list(named("m.I"), R"("id")"))) +
                                              "," + record("m.I", field("id", scalar("u8"))));
  CHECK_EQ(faults(keyed, R"({"x":[{"id":1},{"id":2},{"id":1}]})"),
           std::string("KS0412 /x/2/id 30..31 key=1 name=`id`"));
  const auto few = one(refined(
      list(scalar("u8")), op("int.le", op("list.len", local("it")) + "," + constant("Int", "2"))));
  CHECK_EQ(faults(few, member("[1,2,3]")), std::string("KS0417 /x 5..12 length=3 bounds=0..=2"));
  std::string many = "[";
  for (int i = 0; i < 10'000; ++i) many += (i ? "," : "") + std::to_string(i % 256);
  CHECK_EQ(read(l, many + "]"), many + "]");
}

void sums() {
  const std::string variants =
      R"({"name":"Static","items":[{"kind":"scalar","name":"String"},{"kind":"scalar","name":"u16"}]},{"name":"Dynamic","items":[{"kind":"scalar","name":"Url"}]},{"name":"File","fields":[)" +
      field("path", scalar("Path")) + R"(]},{"name":"Off"})";
  const auto s = one(named("m.P"), sum("m.P", variants));
  for (const char* same :
       {R"({"Static":["a",1]})", R"({"Dynamic":"a:b"})", R"({"File":{"path":"/p"}})", R"("Off")"})
    CHECK_EQ(read(s, same), std::string(same));
  CHECK_EQ(faults(s, member(R"({"Static":["a",70000]})")),
           std::string("KS0402 /x/Static/1 20..25 type=u16 value=70000"));
  CHECK_EQ(faults(s, member(R"({"Statik":1})")),
           std::string("KS0409 /x/Statik 6..14 value=\"Statik\" choices=Static, Dynamic, File, Off "
                       "nearest=Static"));
  for (const char* bad :
       {R"({})", R"({"Off":null})", R"("Static")", R"({"Dynamic":"a:b","File":{}})"})
    CHECK_EQ(read(s, bad), std::string("KS0413"));
  const auto tagged = one(named("m.T"), sum("m.T",
                                            R"({"name":"Static","data_name":"static","fields":[)" +
                                                field("n", scalar("u8")) + R"(]},{"name":"Off"})",
                                            R"(,"tag":"kind","case":"snake")"));
  CHECK_EQ(read(tagged, R"({"n":1,"kind":"static"})"), std::string(R"({"kind":"static","n":1})"));
  CHECK_EQ(read(tagged, R"({"kind":"off"})"), std::string(R"({"kind":"off"})"));
  CHECK_EQ(faults(tagged, member(R"({"kind":"static","m":1})")),
           std::string("KS0403 /x/m 22..25 name=m nearest=n\nKS0404 /x 1..4 name=n"));
  const auto untagged =
      one(named("m.U"),
          sum("m.U",
              R"({"name":"N","items":[{"kind":"scalar","name":"u8"}]},{"name":"L","items":[)" +
                  list(scalar("u8")) + R"(]},{"name":"M","items":[)" + list(scalar("String")) +
                  R"(]},{"name":"Auto"})",
              R"(,"untagged":true,"case":"snake")"));
  for (const char* same : {"1", "[1,2]", R"(["a"])", R"("auto")", "[]"})
    CHECK_EQ(read(untagged, same), std::string(same));
  CHECK_EQ(read(untagged, "300"), std::string("KS0402"));
  CHECK_EQ(read(untagged, "[1,\"a\"]"), std::string("KS0413"));
  const auto choice = one(named("m.C"), sum("m.C", R"({"name":"KeepEqual"},{"name":"Drop"})",
                                            R"(,"ignore_case":true,"case":"snake")"));
  CHECK_EQ(read(choice, R"("KEEP_equal")"), std::string(R"("keep_equal")"));
  CHECK_EQ(read(one(literals(R"("a","b")")), R"("b")"), std::string(R"("b")"));
  CHECK_EQ(read(one(literals(R"("a","b")")), R"("c")"), std::string("KS0409"));
  const auto tree =
      schema(named("m.N"), record("m.N", field("v", scalar("u8")) + "," +
                                             field("kids", list(named("m.N")),
                                                   fallback(R"({"kind":"list","items":[]})"))));
  const std::string nested = R"({"kids":[{"kids":[{"v":3}],"v":2},{"v":4}],"v":1})";
  CHECK_EQ(document_json(*decode_json(tree, nested)), nested);
}

void mapping() {
  const auto s =
      schema(named("m.R"),
             record("m.R", field("scrape_interval", scalar("u8"),
                                 R"(,"data_name":"interval","renamed_from":["period"])") +
                               "," + field("http_config", named("m.H"), R"(,"flatten":true)") +
                               "," + field("extra", option(named("m.E")), R"(,"flatten":true)")) +
                 "," +
                 record("m.H",
                        field("proxyUrl", option(scalar("String"))) + "," +
                            field("follow", scalar("Bool"), fallback(constant("Bool", "true"))),
                        R"(,"case":"snake")") +
                 "," + record("m.E", field("e", scalar("u8")) + "," + field("f", scalar("u8"))));
  CHECK_EQ(document_json(*decode_json(s, R"({"proxy_url":"p","period":1})")),
           std::string(R"({"interval":1,"proxy_url":"p"})"));
  CHECK_EQ(effective_json(*decode_json(s, R"({"period":1})")),
           std::string(R"({"follow":true,"interval":1})"));
  CHECK_EQ(document_json(*decode_json(s, R"({"f":2,"interval":1,"e":1,"follow":false})")),
           std::string(R"({"e":1,"f":2,"follow":false,"interval":1})"));
  CHECK_EQ(faults(s, R"({"interval":1,"period":2})"),
           std::string("KS0405 /period 14..22 name=period"));
  CHECK_EQ(faults(s, R"({"interval":1,"e":2})"), std::string("KS0404  0..1 name=f"));
  CHECK_EQ(faults(s, R"({"interval":1,"folow":true})"),
           std::string("KS0403 /folow 14..21 name=folow nearest=follow"));
  const auto open =
      schema(named("m.R"), record("m.R", field("b", scalar("u8")), R"(,"open":true)"));
  CHECK_EQ(document_json(*decode_json(
               open, R"({"c":{"z":1.0,"a":[1e2,12345678901234567890123]},"b":1,"a":null})")),
           std::string(R"({"a":null,"b":1,"c":{"a":[100,12345678901234567890123],"z":1}})"));
  CHECK_EQ(faults(open, R"({"b":1,"c":{"d":1,"d":2}})"), std::string("KS0405 /c 18..21 name=d"));
}

void secrets_and_json() {
  const auto s = one(secret(scalar("String")));
  CHECK_EQ(read(s, R"("env:DB")"), std::string(R"("env:DB")"));
  CHECK_EQ(read(s, R"("hunter2")"), std::string(R"("hunter2")"));
  CHECK_EQ(read(s, "5"), std::string("KS0401"));
  CHECK_EQ(read(one(secret(scalar("Json"))), R"({"b":1,"a":2})"), std::string(R"({"a":2,"b":1})"));
  const auto j = one(scalar("Json"));
  CHECK_EQ(read(j, "null"), std::string("null"));
  CHECK_EQ(read(j, R"([1.50,true,{"b":[],"a":{}}])"), std::string(R"([1.5,true,{"a":{},"b":[]}])"));
  CHECK_EQ(read(j, "1e999"), std::string("KS0402"));
  CHECK_EQ(read_plain(j, "yes"), std::string("\"yes\""));
  CHECK_EQ(read_plain(j, "12"), std::string("12"));
}

void nulls() {
  CHECK_EQ(read(one(option(scalar("u8"))), "null"), std::string("absent"));
  CHECK_EQ(read(one(option(scalar("u8")), "", R"(,"not_null":true)"), "null"),
           std::string("KS0406"));
  CHECK_EQ(read(one(scalar("u8"), "", fallback(constant("u8", "1"))), "null"),
           std::string("absent"));
  CHECK_EQ(read_plain(one(option(scalar("String"))), "~"), std::string("absent"));
  CHECK_EQ(faults(one(option(scalar("u8"))), R"({"x":null,"x":1})"),
           std::string("KS0405 /x 10..13 name=x"));
}

void bounds() {
  const auto s = one(scalar("Json"));
  const auto nested = [](int n) { return member(std::string(n, '[') + std::string(n, ']')); };
  CHECK_EQ(faults(s, nested(127)), std::string());
  CHECK_EQ(faults(s, nested(128)), std::string("KS0414  132..133 limit=128"));
  CHECK_EQ(faults(s, std::string(300'000, '[')),
           std::string("KS0401  0..1 expected=R found=a list\nKS0414  128..129 limit=128"));
  CHECK_EQ(faults(s, R"({"x":1})", {.bytes = 6}), std::string("KS0415  limit=6"));
  CHECK_EQ(faults(s, R"({"x":1} x)"),
           std::string("KS0410  8..9 why=something follows the document"));
  CHECK_EQ(faults(s, ""), std::string("KS0410  0..0 why=the text ends where a value is due"));
  CHECK_EQ(faults(s, std::string("{\"x\":1\0}", 9)),
           std::string("KS0410  6..7 why=`,` or `}` is due here"));
  CHECK_EQ(faults(s, R"({"x":"a)"), std::string("KS0410  5..6 why=a string that does not end"));
  CHECK_EQ(faults(one(list(scalar("u8"))), member("[-1,-2,-3,-4]"), {.issues = 2}),
           std::string("KS0402 /x/0 6..8 type=u8 value=-1\nKS0402 /x/1 9..11 type=u8 "
                       "value=-2\nKS0418  count=2"));
}

void places() {
  const std::string json = R"({"a": [1, {"b/c": "x"}], "d~": 2})";
  const auto at = [&](std::string_view pointer, bool key = false) {
    const Place p = locate(json, pointer, key);
    return p.begin == kNowhere ? std::string("-") : json.substr(p.begin, p.end - p.begin);
  };
  CHECK_EQ(at("/a/1/b~1c"), std::string(R"("x")"));
  CHECK_EQ(at("/a/1/b~1c", true), std::string(R"("b/c")"));
  CHECK_EQ(at("/d~0"), std::string("2"));
  CHECK_EQ(at(""), json);
  CHECK_EQ(at("/a/2"), std::string("-"));
}

// Whatever the bytes, decoding ends in a snapshot or in Invalid.
void damaged() {
  const auto s = gateway();
  const std::string good =
      R"({"level":"Warn","listeners":{"edge":{"host":"h\u00e9","port":1024,"tls":{"cert":"/t","ciphers":["x","y"]}},"z":{"port":8443,"idle":"1h30m"}},"ratio":-1.5e2,"tags":["a","b"],"workers":8})";
  CHECK_EQ(faults(s, good), std::string());
  int fine = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    fine += faults(s, good.substr(0, i)).empty();
    for (const char c : std::string("\0\"\\{}[],:-0e.n\x80\xff", 16)) {
      std::string bad = good;
      bad[i] = c;
      faults(s, bad);
    }
  }
  CHECK_EQ(fine, 0);
}

}  // namespace

int main() {
  documents();
  errors();
  integers();
  reals();
  texts();
  booleans();
  units();
  units_that_a_field_says();
  formats();
  collections();
  sums();
  mapping();
  secrets_and_json();
  nulls();
  bounds();
  places();
  damaged();
  return check::finish();
}
