// Two patterns and a text, parted by zero bytes: each is refused or bounded, and containment is
// what matching says.
#include "fuzz.hpp"
#include "kestrel/pattern.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kestrel;
  const fuzz::Halves input = fuzz::halves(fuzz::text_of(data, size));
  const fuzz::Halves others = fuzz::halves(input.right);
  const std::string_view text = others.right;
  std::shared_ptr<const Pattern> narrow, wide;
  if (!fuzz::accepts([&] { narrow = Pattern::compile(input.left); })) return 0;
  fuzz::require(narrow->automaton().states() <= Pattern::kMaxStates + 1, "automata are bounded");
  narrow->matches(text);
  if (!fuzz::accepts([&] { wide = Pattern::compile(others.left); })) return 0;
  std::string witness;
  bool contained = false;
  if (!fuzz::accepts([&] { contained = Pattern::contained(*narrow, *wide, &witness); })) return 0;
  if (contained)
    fuzz::require(!narrow->matches(text) || wide->matches(text), "containment holds for a text");
  else
    fuzz::require(narrow->matches(witness) && !wide->matches(witness), "a witness is one");
  return 0;
}
