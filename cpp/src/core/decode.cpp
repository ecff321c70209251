#include "decode.hpp"

#include "decode_sums.hpp"
#include "doc_source.hpp"
#include "json_source.hpp"
#include "locate.hpp"

namespace kestrel {

template <class S> void Decoder<S>::document(const Layout& root, bool is_record) {
  const std::uint32_t row = open_row(root);
  if (is_record) {
    Record record(root, row, in_.mark());
    fields(record);
  } else {
    element_value(root, row, false);
  }
  in_.finish();
}

template <class S> bool Decoder<S>::only_slot(const Layout& layout, std::uint32_t slot) {
  const std::uint32_t fixed = layout.fixed(), row = out_.extend(fixed);
  std::memset(out_.data() + row, 0, fixed);
  const bool is_value = value(layout.slots[slot], target(layout, row, slot)) == Outcome::value;
  if (is_value) set_present(layout, row, slot);
  store(out_.data() + row, RowHeader{out_.size() - row, fixed});
  return is_value;
}

namespace {

std::vector<std::uint64_t> words_of(const Buffer& bytes) {
  std::vector<std::uint64_t> words(bytes.size() / 8);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

// Where the paths that checks found stand in the input.
template <class S> void place(Issues& issues, const S& source) {
  for (Issue& issue : issues) {
    if (issue.begin != kNowhere) continue;
    const Place at = nearest_place(source, issue.path);
    issue.begin = at.begin;
    issue.end = at.end;
  }
}

template <class S>
SnapshotPtr decode(const std::shared_ptr<const Schema>& schema, S source, const Limits& limits,
                   ReadMode mode) {
  const S start = source;
  const bool is_partial = mode.partial;
  IssueList issues(limits.issues);
  std::vector<Tree> trees(schema->trees().size());
  Decoder<S> decoder(source, issues, trees, schema->layouts(), std::move(mode));
  try {
    decoder.document(schema->root(), schema->root_is_record());
  } catch (Fatal& fatal) {
    if (fatal.issue.code == "KS0414")
      fatal.issue.values = {{"limit", std::to_string(limits.depth)}};
    issues.add(std::move(fatal.issue));
  }
  issues.raise();
  if (is_partial)
    return std::make_shared<const Snapshot>(schema, words_of(decoder.out()), std::move(trees));
  try {
    return finish(schema, words_of(decoder.out()), std::move(trees), limits);
  } catch (Invalid& invalid) {
    place(invalid.issues, start);
    invalid.hidden = std::move(issues).hidden();
    throw;
  }
}

}  // namespace

SnapshotPtr decode_json(const std::shared_ptr<const Schema>& schema, std::string_view json,
                        const Limits& limits) {
  const PaddedText text(json, limits);
  return decode(schema, JsonSource(text, limits.depth), limits, {});
}

SnapshotPtr decode_doc(const std::shared_ptr<const Schema>& schema, const Doc& doc,
                       const Limits& limits) {
  return decode(schema, DocSource(doc, limits.depth, doc.schema_names), limits,
                {.schema_names = doc.schema_names});
}

SnapshotPtr decode_partial_json(const std::shared_ptr<const Schema>& schema, std::string_view json,
                                const Limits& limits) {
  const PaddedText text(json, limits);
  return decode(schema, JsonSource(text, limits.depth), limits, {.partial = true});
}

SnapshotPtr decode_partial_doc(const std::shared_ptr<const Schema>& schema, const Doc& doc,
                               const Limits& limits) {
  return decode(schema, DocSource(doc, limits.depth, doc.schema_names), limits,
                {.schema_names = doc.schema_names, .partial = true});
}

std::vector<std::uint64_t> read_slot(const Layout& layout, std::uint32_t slot, const Doc& doc,
                                     std::vector<Tree>& trees, IssueList& issues,
                                     std::size_t layouts, ReadMode mode, std::uint32_t node) {
  DocSource source(doc, Limits{}.depth, doc.schema_names, node);
  Decoder<DocSource> decoder(source, issues, trees, layouts, std::move(mode));
  decoder.only_slot(layout, slot);
  return words_of(decoder.out());
}

}  // namespace kestrel
