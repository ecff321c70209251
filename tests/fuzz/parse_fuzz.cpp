// Any bytes are a source text: there is a tree, or faults in the text.
#include "../core/trees.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kestrel::parse;
  const std::string_view text = fuzz::text_of(data, size);
  const Grammar& grammar = kestrel_grammar();
  for (std::size_t start = 0; start < 2; ++start) {
    const Range whole{0, static_cast<std::uint32_t>(size)};
    const Tree tree = parse(grammar, text, whole, grammar.starts[start]);
    const char* broken = trees::broken(tree, text);
    fuzz::require(broken == nullptr, broken);
  }
  return 0;
}
