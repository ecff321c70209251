// Changes on random documents: what they lead to, under sanitizers. What they say is tested from
// Python.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "bundles.hpp"
#include "check.hpp"
#include "kestrel/change.hpp"
#include "kestrel/codec.hpp"

using namespace kestrel;

namespace {

std::shared_ptr<const Schema> test_schema() {
  using namespace bundles;
  const std::string text = scalar("String"), number = scalar("i64"), json = scalar("Json");
  const std::string tls = record("t.Tls", field("cert", text) + "," +
      field("port", scalar("u16"), fallback(constant("u16", "443"))) + "," +
      field("key", option(secret(text))));
  const std::string job = record("t.Job", field("name", text) + "," +
      field("tags", option(list(text))) + "," + field("peer", option(named("t.Peer"))) + "," +
      field("tls", option(named("t.Tls"))));
  const std::string peer = sum("t.Peer", R"({"name":"Off"},{"name":"One","items":[)" + number +
      R"(]},{"name":"Two","items":[)" + text + "," + number + "]}");
  const std::string root = record("t.Root", field("text", option(text)) + "," +
      field("tls", option(named("t.Tls"))) + "," +
      field("map", option(map(text, named("t.Tls")))) + "," +
      field("jobs", option(list(named("t.Job"), R"("name")"))) + "," +
      field("plain", option(list(named("t.Tls")))) + "," +
      field("numbers", option(list(number))) + "," +
      field("matrix", option(list(list(number)))) + "," + field("names", option(set(text))) + "," +
      field("any", option(json)));
  return schema(named("t.Root"), job + "," + peer + "," + root + "," + tls);
}

// Documents with few values, so that two have much in common.
class Documents {
 public:
  explicit Documents(std::uint32_t seed) : random_(seed) {}

  std::string root() {
    return members({{"text", text()}, {"tls", tls()}, {"map", map()}, {"jobs", jobs()},
                    {"plain", items(8, [&] { return tls(); })},
                    {"numbers", items(14, [&] { return number(); })},
                    {"matrix", items(4, [&] { return items(4, [&] { return number(); }); })},
                    {"names", items(5, [&] { return text(); })}, {"any", json(3)}});
  }

 private:
  using Members = std::vector<std::pair<std::string, std::string>>;

  std::uint32_t below(std::uint32_t n) { return random_() % n; }
  std::string number() { return std::to_string(below(7)); }
  std::string text() {
    static const char* const texts[] = {"", "a", "b", "c/d", "~", "\\n\\\"", "\xc3\xbc"};
    return std::string("\"") + texts[below(7)] + '"';
  }
  // Each member three times out of four.
  std::string members(const Members& all) {
    std::string out = "{";
    for (const auto& [name, value] : all)
      if (below(4) != 0) out += (out.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
    return out + "}";
  }
  template <class F> std::string items(std::uint32_t most, F item) {
    std::string out = "[";
    for (std::uint32_t n = below(most); n > 0; --n) out += (out.size() > 1 ? "," : "") + item();
    return out + "]";
  }
  std::string tls() {
    std::string rest = members({{"port", std::to_string(1 + below(3))}, {"key", "\"env:A\""}});
    return "{\"cert\":" + text() + (rest.size() > 2 ? "," : "") + rest.substr(1);
  }
  std::string map() {
    std::string out = "{";
    for (std::uint32_t i = 0; i < 200; ++i)
      if (below(3) != 0)
        out += (out.size() > 1 ? ",\"k" : "\"k") + std::to_string(i) + "\":" + tls();
    return out + "}";
  }
  std::string jobs() {
    std::vector<std::string> names = {"a", "b", "c", "d", "e", "f"};
    std::shuffle(names.begin(), names.end(), random_);
    std::string out = "[";
    for (std::uint32_t n = below(7); n > 0; --n) {
      const std::string rest = members({{"tags", items(3, [&] { return text(); })},
                                        {"peer", peer()}, {"tls", tls()}});
      out += (out.size() > 1 ? ",{\"name\":\"" : "{\"name\":\"") + names.back() + "\"" +
             (rest.size() > 2 ? "," : "") + rest.substr(1);
      names.pop_back();
    }
    return out + "]";
  }
  std::string peer() {
    switch (below(3)) {
      case 0: return "\"Off\"";
      case 1: return "{\"One\":" + number() + "}";
      default: return "{\"Two\":[" + text() + "," + number() + "]}";
    }
  }
  std::string json(int depth) {
    switch (below(depth > 0 ? 4 : 2)) {
      case 0: return number();
      case 1: return text();
      case 2: return items(4, [&] { return json(depth - 1); });
      default: return members({{"x", json(depth - 1)}, {"y\\\"", json(depth - 1)}});
    }
  }

  std::mt19937 random_;
};

std::string patch_of(const ChangeSet& set) {
  static const char* const ops[] = {"add", "remove", "replace", "move"};
  std::string out;
  for (const Change& c : set.changes) {
    out += out.empty() ? "[" : ",";
    out += std::string(R"({"op":")") + ops[static_cast<int>(c.op)] + R"(","path":)";
    const auto quoted = [](const std::string& path) {
      std::string text;
      for (const char ch : path)
        text += ch == '\n' ? "\\n" : ch == '"' ? "\\\"" : std::string(1, ch);
      return '"' + text + '"';
    };
    out += quoted(set.path(c));
    if (c.op == ChangeOp::move) out += R"(,"from":)" + quoted(set.from_path(c));
    if (c.op == ChangeOp::add || c.op == ChangeOp::replace)
      out += R"(,"value":)" + set.new_value(c, false);
    out += "}";
  }
  return out.empty() ? "[]" : out + "]";
}

void random_documents(const std::shared_ptr<const Schema>& schema) {
  SnapshotPtr last = decode_json(schema, "{}");
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Documents documents(seed);
    const SnapshotPtr a = decode_json(schema, documents.root());
    const SnapshotPtr b = decode_json(schema, documents.root());
    const auto set = compare(a, b);
    CHECK_EQ(document_json(*apply_changes(a, *set)), document_json(*b));
    CHECK_EQ(document_json(*apply_changes(b, *compare(b, a))), document_json(*a));
    CHECK_EQ(document_json(*apply_patch(a, patch_of(*set))), document_json(*b));
    last = apply_changes(last, *compare(last, b));  // a tree that was spliced many times
    CHECK_EQ(document_json(*last), document_json(*b));
  }
}

void untouched_chunks_are_shared(const std::shared_ptr<const Schema>& schema) {
  const auto wide = [](const std::string& changed) {
    std::string out = R"({"map":{)";
    for (int i = 10000; i < 20000; ++i)
      out += (i > 10000 ? ",\"k" : "\"k") + std::to_string(i) + R"(":{"cert":")" +
             (i == 15000 ? changed : "x") + R"("})";
    return out + "}}";
  };
  const SnapshotPtr a = decode_json(schema, wide("x")), b = decode_json(schema, wide("y"));
  const auto set = compare(a, b);
  CHECK_EQ(set->changes.size(), std::size_t{1});
  CHECK_EQ(set->path(set->changes[0]), "/map/k15000/cert");
  const SnapshotPtr made = apply_changes(a, *set);
  const std::uint32_t tree = set->row_edits.at(0).tree;
  const Tree &old_tree = a->trees()[tree], &new_tree = made->trees()[tree];
  CHECK_EQ(old_tree.branches.size(), new_tree.branches.size());
  std::size_t own_branches = 0, own_chunks = 0;
  for (std::size_t i = 0; i < old_tree.branches.size(); ++i) {
    if (old_tree.branches[i] == new_tree.branches[i]) continue;
    ++own_branches;
    for (std::uint32_t c = 0; c < old_tree.branches[i]->count; ++c)
      own_chunks += !(old_tree.branches[i]->chunk[c] == new_tree.branches[i]->chunk[c]);
  }
  CHECK_EQ(own_branches, std::size_t{1});
  CHECK_EQ(own_chunks, std::size_t{1});
  CHECK(compare(made, b)->changes.empty());
}

// A map of 200 entries of uneven size, of which a generation changes some: in place, or by entries
// that come and go.
std::string next_generation(std::vector<int>& entries, std::mt19937& random) {
  const bool in_place = random() % 4 != 0;
  for (std::uint32_t edits = random() % 20; edits > 0; --edits) {
    int& entry = entries[random() % entries.size()];
    entry = in_place ? (entry < 0 ? -1 : static_cast<int>(random() % 3)) : entry < 0 ? 0 : -1;
  }
  std::string out;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (entries[i] >= 0)
      out += (out.empty() ? "\"k" : ",\"k") + std::to_string(1000 + i) + R"(":{"cert":")" +
             std::string(static_cast<std::size_t>(entries[i]) * (i % 90), 'x') + R"("})";
  return R"({"map":{)" + out + "}}";
}

// Rows that a generation copied from another are not looked at; what is said must be what is said
// of documents that know nothing of each other.
void generations_compare_like_strangers(const std::shared_ptr<const Schema>& schema) {
  std::mt19937 random(7);
  std::vector<int> entries(200, 1);
  std::vector<SnapshotPtr> strangers, generations;
  for (std::uint32_t i = 0; i < 60; ++i) {
    strangers.push_back(decode_json(schema, next_generation(entries, random)));
    const std::size_t parent = i == 0 ? 0 : i - 1 - random() % std::min(i, 3u);  // or a sibling's
    generations.push_back(
        i == 0 ? strangers[0]
               : apply_changes(generations[parent],
                               *compare(generations[parent], strangers.back())));
  }
  for (std::size_t i = 0; i < strangers.size(); ++i)
    for (std::size_t j = 0; j < strangers.size(); ++j) {
      const auto found = compare(generations[i], generations[j]);
      CHECK_EQ(patch_of(*found), patch_of(*compare(strangers[i], strangers[j])));
      CHECK_EQ(document_json(*apply_changes(generations[i], *found)),
               document_json(*strangers[j]));
    }
}

}  // namespace

int main() {
  const auto schema = test_schema();
  random_documents(schema);
  untouched_chunks_are_shared(schema);
  generations_compare_like_strangers(schema);
  return check::finish();
}
