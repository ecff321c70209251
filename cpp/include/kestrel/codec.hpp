// In and out of snapshots: JSON text, untyped documents, canonical JSON.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kestrel/doc.hpp"
#include "kestrel/snapshot.hpp"

namespace kestrel {

struct Limits {
  std::size_t bytes = std::size_t{64} << 20;
  std::uint32_t depth = 128;
  std::uint32_t issues = 100;  // reported at most; more are counted
};

// Decode, derive (defaults, when, compute) and check everything: types, refinements, rules. Throws
// Invalid with all issues found, each with its path and, where known, its bytes in the input.
SnapshotPtr decode_json(const std::shared_ptr<const Schema>& schema, std::string_view json,
                        const Limits& limits = {});
SnapshotPtr decode_doc(const std::shared_ptr<const Schema>& schema, const Doc& doc,
                       const Limits& limits = {});

// A document in part, to be laid over another (eval.hpp: merge_documents): members may be missing,
// what is there has its type. Nothing is derived and no rule checked, so nobody else may read it.
SnapshotPtr decode_partial_json(const std::shared_ptr<const Schema>& schema, std::string_view json,
                                const Limits& limits = {});
SnapshotPtr decode_partial_doc(const std::shared_ptr<const Schema>& schema, const Doc& doc,
                               const Limits& limits = {});

// The document (written members only) or the effective value, as RFC 8785 canonical JSON, but for
// integers beyond 2^53, which are written exactly. Durations as `1h30m`, sizes as bytes or `64KiB`.
std::string document_json(const Snapshot& snapshot);
std::string effective_json(const Snapshot& snapshot);

// The same fit to be shown: `"<secret>"` in place of literal secrets.
std::string redacted_document_json(const Snapshot& snapshot);
std::string redacted_effective_json(const Snapshot& snapshot);

// Writes what stands in the place of a literal secret, given its text.
using SecretForm = std::function<void(std::string_view literal, std::string& out)>;

// The document with its literal secrets in another form: what digests are taken over.
std::string document_json(const Snapshot& snapshot, const SecretForm& form);

// Does a literal secret stand anywhere in it?
bool has_literals(const Snapshot& snapshot);

// One slot's value, as JSON text; `written_only` as in documents.
void write_slot(const Snapshot& snapshot, Row row, const Layout& layout, std::uint32_t slot,
                bool written_only, std::string& out);

// A whole row of a record's layout, as its members.
void write_row(const Snapshot& snapshot, Row row, const Layout& layout, bool written_only,
               std::string& out);

// An untyped JSON text as a Doc (IR bundles, patches, `Json` values). Throws Invalid.
Doc parse_json(std::string_view json, const Limits& limits = {});

// Where the value at a JSON Pointer stands in a text; {kNowhere, kNowhere} if it does not. `key`: the
// member's name rather than its value.
struct Place {
  std::uint32_t begin = kNowhere, end = kNowhere;
};
Place locate(std::string_view json, std::string_view pointer, bool key = false);
Place locate(const Doc& doc, std::string_view pointer, bool key = false);

// Builds the rows of one layout from scratch or from an old row with some slots replaced. Shared by the
// decoder, by derivation and by apply.
class RowWriter;

// What every new snapshot passes through, from the decoder or from apply: derived members are made, then
// refinements and rules checked. Throws Invalid.
SnapshotPtr finish(const std::shared_ptr<const Schema>& schema, std::vector<std::uint64_t> root,
                   std::vector<Tree> trees, const Limits& limits = {});

}  // namespace kestrel
