// Any bytes are a document: it is refused, or its canonical form is the same document.
#include "fuzz.hpp"
#include "kestrel/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kestrel;
  const std::string_view text = fuzz::text_of(data, size);
  SnapshotPtr snapshot;
  fuzz::accepts([&] { parse_json(text); });
  if (!fuzz::accepts([&] { snapshot = decode_json(fuzz::schema(), text); })) return 0;
  const std::string document = document_json(*snapshot), effective = effective_json(*snapshot);
  const SnapshotPtr again = decode_json(fuzz::schema(), document);
  fuzz::require(document_json(*again) == document, "a document is written as it is read");
  fuzz::require(effective_json(*again) == effective, "a document has one effective value");
  parse_json(effective);
  parse_json(redacted_effective_json(*snapshot));
  return 0;
}
