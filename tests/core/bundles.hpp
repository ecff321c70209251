// Bundles for tests, spelt shortly: pieces of the IR's canonical JSON.
#pragma once

#include <memory>
#include <string>

#include "kestrel/codec.hpp"
#include "kestrel/ir.hpp"

namespace bundles {

// `fields` and such are what goes between the brackets of a JSON list.
inline std::string scalar(const std::string& name) {
  return R"({"kind":"scalar","name":")" + name + R"("})";
}
inline std::string named(const std::string& name) {
  return R"({"kind":"named","name":")" + name + R"("})";
}
inline std::string option(const std::string& t) { return R"({"kind":"option","item":)" + t + "}"; }
inline std::string list(const std::string& t, const std::string& key = "") {
  return R"({"kind":"list","item":)" + t + R"(,"key":[)" + key + "]}";
}
inline std::string set(const std::string& t) { return R"({"kind":"set","item":)" + t + "}"; }
inline std::string map(const std::string& k, const std::string& v) {
  return R"({"kind":"map","key":)" + k + R"(,"value":)" + v + "}";
}
inline std::string tuple(const std::string& items) {
  return R"({"kind":"tuple","items":[)" + items + "]}";
}
inline std::string secret(const std::string& t) { return R"({"kind":"secret","item":)" + t + "}"; }
inline std::string literals(const std::string& values) {
  return R"({"kind":"literals","values":[)" + values + "]}";
}

inline std::string local(const std::string& name) {
  return R"({"kind":"local","name":")" + name + R"("})";
}
inline std::string constant(const std::string& type, const std::string& value) {
  return R"({"kind":"const","type":")" + type + R"(","value":)" + value + "}";
}
inline std::string op(const std::string& name, const std::string& args) {
  return R"({"kind":"op","op":")" + name + R"(","args":[)" + args + "]}";
}
inline std::string refined(const std::string& base, const std::string& where,
                           const std::string& name = "") {
  return R"({"kind":"refined","base":)" + base + R"(,"where":)" + where + R"(,"name":")" + name +
         R"("})";
}
// `it in lo..=hi`
inline std::string within(const std::string& type, const std::string& lo, const std::string& hi) {
  return refined(scalar(type),
                 op("bool.and", op("int.ge", local("it") + "," + constant(type, lo)) + "," +
                                    op("int.le", local("it") + "," + constant(type, hi))));
}

// `more`: further members, each with a comma before it.
inline std::string field(const std::string& name, const std::string& type,
                         const std::string& more = "") {
  return R"({"name":")" + name + R"(","type":)" + type + more + "}";
}
inline std::string fallback(const std::string& expr) { return R"(,"default":)" + expr; }
inline std::string record(const std::string& name, const std::string& fields,
                          const std::string& more = "") {
  return R"({"kind":"record","name":")" + name + R"(","fields":[)" + fields + "]" + more + "}";
}
inline std::string sum(const std::string& name, const std::string& variants,
                       const std::string& more = "") {
  return R"({"kind":"sum","name":")" + name + R"(","variants":[)" + variants + "]" + more + "}";
}

inline std::shared_ptr<const kestrel::Schema> schema(const std::string& root,
                                                     const std::string& decls) {
  return kestrel::Schema::compile(
      kestrel::ir::Bundle::load(R"({"decls":[)" + decls + R"(],"format":1,"root":)" + root + "}"));
}

// The issues of a document, one a line: code, path, bytes, values. "" if it has none.
inline std::string faults(const std::shared_ptr<const kestrel::Schema>& s, const std::string& json,
                          const kestrel::Limits& limits = {}) {
  std::string out;
  try {
    kestrel::decode_json(s, json, limits);
  } catch (const kestrel::Invalid& invalid) {
    for (const auto& issue : invalid.issues) {
      out += (out.empty() ? "" : "\n") + issue.code + " " + issue.path;
      if (issue.begin != kestrel::kNowhere)
        out += " " + std::to_string(issue.begin) + ".." + std::to_string(issue.end);
      for (const auto& [name, value] : issue.values) out += " " + name + "=" + value;
    }
  }
  return out;
}

}  // namespace bundles
