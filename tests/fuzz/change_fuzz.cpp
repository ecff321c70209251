// Two documents: their changes make one of the other, and back. Two texts of which one is none: the
// second is a patch.
#include "fuzz.hpp"
#include "kestrel/change.hpp"
#include "kestrel/codec.hpp"

namespace {

using namespace kestrel;

void hold(const SnapshotPtr& a, const SnapshotPtr& b) {
  const auto changes = compare(a, b);
  fuzz::require(document_json(*apply_changes(a, *changes)) == document_json(*b),
                "changes make the target");
  fuzz::require(changes->changes.empty() == (document_json(*a) == document_json(*b)),
                "equal documents have no changes");
  for (const Change& change : changes->changes) {
    changes->key_path(change);
    changes->type(change);
    fuzz::accepts([&] { parse_json(changes->new_value(change, true)); });
    if (change.op == ChangeOp::move) changes->from_path(change);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Halves input = fuzz::halves(fuzz::text_of(data, size));
  SnapshotPtr a, b;
  if (!fuzz::accepts([&] { a = decode_json(fuzz::schema(), input.left); })) return 0;
  if (fuzz::accepts([&] { b = decode_json(fuzz::schema(), input.right); })) {
    hold(a, b);
    hold(b, a);
  } else if (fuzz::accepts([&] { b = apply_patch(a, input.right); })) {
    hold(a, b);
  }
  return 0;
}
