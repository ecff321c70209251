// Any bytes are a schema's IR, as a plan or a state file carries it: it is refused, or it decodes.
#include "fuzz.hpp"
#include "kestrel/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kestrel;
  const fuzz::Halves input = fuzz::halves(fuzz::text_of(data, size));
  std::shared_ptr<const Schema> schema;
  if (fuzz::accepts([&] { schema = Schema::compile(ir::Bundle::load(input.left)); }))
    fuzz::accepts([&] { effective_json(*decode_json(schema, input.right)); });
  return 0;
}
