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
  const std::string name = refined(scalar("String"), op("text.matches", local("it") + "," + constant("String", R"("[a-z][a-z0-9-]*")")), "m.Name");
  const std::string listener = record(
      "m.Listener",
      field("host", scalar("String"), fallback(constant("String", R"("0.0.0.0")"))) + "," +
          field("port", refined(scalar("u16"), op("int.ge", local("it") + "," + constant("u16", "1024")))) + "," +
          field("tls", option(named("m.Tls"))) + "," +
          field("idle", scalar("Duration"), fallback(constant("Duration", "30000000000"))));
  const std::string tls = record("m.Tls", field("cert", scalar("Path")) + "," + field("ciphers", list(scalar("String")), fallback(R"({"kind":"list","items":[]})")));
  const std::string root = record(
      "m.Gateway",
      field("workers", within("u16", "1", "256"), fallback(constant("u16", "4"))) + "," +
          field("listeners", map(name, named("m.Listener"))) + "," +
          field("level", named("m.Level"), fallback(R"({"kind":"variant","type":"m.Level","variant":"Info"})")) + "," +
          field("ratio", scalar("f64"), fallback(constant("f64", "0.5"))) + "," +
          field("tags", list(scalar("String")), fallback(R"({"kind":"list","items":[{"kind":"const","type":"String","value":"a"}]})")) + "," +
          field("global", named("m.Tls"), fallback(R"({"kind":"record","members":[["cert",{"kind":"const","type":"Path","value":"/c"}]]})")));
  return schema(named("m.Gateway"), root + "," + listener + "," + level + "," + tls);
}

void documents() {
  const auto s = gateway();
  const std::string minimal = R"({"listeners":{}})";
  const auto a = decode_json(s, minimal);
  CHECK_EQ(document_json(*a), minimal);
  CHECK_EQ(effective_json(*a), std::string(R"({"global":{"cert":"/c","ciphers":[]},"level":"Info","listeners":{},"ratio":0.5,"tags":["a"],"workers":4})"));
  const auto b = decode_json(s, R"( { "workers" : 8, "tags":[], "listeners" : {"z":{"port":8443,"tls":null},
     "edge":{"tls":{"ciphers":["x","y"],"cert":"/t"},"port":1024,"host":"h"}}, "level":"Warn","ratio":1e21 } )");
  CHECK_EQ(document_json(*b), std::string(R"({"level":"Warn","listeners":{"edge":{"host":"h","port":1024,"tls":{"cert":"/t","ciphers":["x","y"]}},"z":{"port":8443}},"ratio":1e+21,"tags":[],"workers":8})"));
  CHECK_EQ(effective_json(*b), std::string(R"({"global":{"cert":"/c","ciphers":[]},"level":"Warn","listeners":{"edge":{"host":"h","idle":"30s","port":1024,"tls":{"cert":"/t","ciphers":["x","y"]}},"z":{"host":"0.0.0.0","idle":"30s","port":8443}},"ratio":1e+21,"tags":[],"workers":8})"));
  const auto again = decode_json(s, document_json(*b));
  CHECK(again->root().same_bytes(b->root()));
  CHECK(Row(again->trees()[0].row(0), 5).same_bytes(Row(b->trees()[0].row(0), 5)));
  const auto reset = decode_json(s, R"({"listeners":{},"global":{"cert":"/d"}})");
  CHECK_EQ(document_json(*reset), std::string(R"({"global":{"cert":"/d"},"listeners":{}})"));
}

void errors() {
  const auto s = gateway();
  CHECK_EQ(faults(s, R"({"listeners":{"a":{"port":80},"B":{"port":8080},"c":{"prt":1,"port":70000}},"workers":"x"})"),
           std::string("KS0407 /listeners/a/port 26..28 value=80 condition=it >= 1024\n"
                       "KS0408 /listeners/B 30..33 value=\"B\" pattern=[a-z][a-z0-9-]*\n"
                       "KS0402 /listeners/c/port 68..73 type=u16 value=70000\n"
                       "KS0403 /listeners/c/prt 53..58 name=prt nearest=port\n"
                       "KS0401 /workers 86..89 expected=u16 found=\"x\""));
  CHECK_EQ(faults(s, R"({"listeners":{"a":{}},"listeners":{},"level":"warn"})"),
           std::string("KS0404 /listeners/a 14..17 name=port\n"
                       "KS0405 /listeners 22..33 name=listeners\n"
                       "KS0409 /level 45..51 value=\"warn\" choices=Debug, Info, Warn nearest=Warn"));
  CHECK_EQ(faults(s, R"({"listeners":{},})"), std::string("KS0410  16..17 why=a member's name is due here"));
  CHECK_EQ(faults(s, R"([])"), std::string("KS0401  0..2 expected=Gateway found=a list"));
}

}  // namespace

int main() {
  documents();
  errors();
  return check::finish();
}
