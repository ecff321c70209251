// The engine on its own: right texts, wrong ones, and every prefix of a text, for the sanitizers.
#include "kestrel/parse.hpp"

#include <cassert>
#include <string>
#include <string_view>

#include "trees.hpp"

using namespace kestrel::parse;

namespace {

constexpr std::string_view kText = R"(module edge.gateway
/// Says how loud.
type Level = | Quiet | Loud(u8)  // trailing
schema Gateway extends base.Gateway {
  @reload(restart) port: u16 = 8_443 where it in 1..=9000
  zones: Map<Name, Option<[u8]>>= { (a): [1, 2], b: "x {y} z" }
  requires r: all(zones, |z| z.len > 0) else "no \{zones\}" at zones
  when port > 3 { level = Level.Quiet }
}
config base: Gateway = f(
  1, /* nested /* comment */ */
  a: -5s
) with { x.y: env:SECRET }
fn f(n: i32) -> i32 { match n with | 1 -> 2 | _ -> if n > 3 then 4 else 5 }
)";

Tree parse_file(std::string_view text) {
  const Grammar& grammar = kestrel_grammar();
  return parse(grammar, text, {0, static_cast<std::uint32_t>(text.size())}, grammar.starts[0]);
}

void check_tree(const Tree& tree, std::string_view text) {
  assert(trees::broken(tree, text) == nullptr);
}

FaultKind only_fault(std::string_view text) {
  const Tree tree = parse_file(text);
  check_tree(tree, text);
  assert(tree.faults.size() == 1);
  return tree.faults[0].kind;
}

void right_text_makes_a_tree() {
  const Tree tree = parse_file(kText);
  check_tree(tree, kText);
  assert(tree.faults.empty() && tree.root == tree.nodes.size() - 1);
  assert(tree.comments.size() == 2);
}

void every_kind_of_fault() {
  assert(only_fault("config a = 1 1") == FaultKind::kUnexpected);
  assert(only_fault("config a = (1") == FaultKind::kUnclosed);
  assert(only_fault("config a = `") == FaultKind::kCharacter);
  assert(only_fault("config a = 4kb") == FaultKind::kBadNumber);
  assert(only_fault("config a = \"x") == FaultKind::kBadString);
  assert(only_fault("config a = \"\"\"x\n\"\"") == FaultKind::kBadBlock);
  assert(only_fault("/* /* */") == FaultKind::kBadComment);
  assert(only_fault("config a = " + std::string(100'000, '[')) == FaultKind::kDeep);
  assert(only_fault("config a = " + std::string(100'000, '-') + "1") == FaultKind::kDeep);
  assert(only_fault(std::string(kMaxBytes + 1, ' ')) == FaultKind::kLarge);
}

void faults_are_bounded() {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "config a b\n";
  const Tree tree = parse_file(text);
  assert(tree.faults.size() == kMaxFaults + 1 && tree.faults.back().kind == FaultKind::kMany);
}

void prefixes_and_patches_are_survived() {
  constexpr std::string_view kPatches[] = {"", "}", "{", ")", "\n", "\"", "\xff", "/*", "=", "///"};
  for (std::size_t size = 0; size < kText.size(); ++size) {
    const std::string_view begin = kText.substr(0, size);
    check_tree(parse_file(begin), begin);
    for (const std::string_view patch : kPatches) {
      const std::string text = std::string(begin) + std::string(patch) +
                               std::string(kText.substr(size + 1));
      check_tree(parse_file(text), text);
    }
  }
}

void a_part_is_parsed_in_place() {
  const Grammar& grammar = kestrel_grammar();
  const Tree tree = parse(grammar, "\"{a + b}\"", {2, 7}, grammar.starts[1]);
  assert(tree.faults.empty());
  const Node& root = tree.nodes[tree.root];
  assert(std::string_view(grammar.rule_names[root.symbol]) == "binary");
  assert(root.range.begin == 2 && root.range.end == 7);
}

}  // namespace

int main() {
  right_text_makes_a_tree();
  every_kind_of_fault();
  faults_are_bounded();
  prefixes_and_patches_are_survived();
  a_part_is_parsed_in_place();
}
