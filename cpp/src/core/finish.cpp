// What every new snapshot passes through.
#include "check.hpp"
#include "derive.hpp"
#include "kestrel/codec.hpp"
#include "rows.hpp"

namespace kestrel {

SnapshotPtr finish(const std::shared_ptr<const Schema>& schema, std::vector<std::uint64_t> root,
                   std::vector<Tree> trees, const Limits& limits) {
  const Layout& layout = schema->root();
  IssueList issues(limits.issues);
  if (layout.derives) derive_rows(*schema, root, trees, issues);
  issues.raise();
  if (layout.checks_rules) check_rows(layout, row_of(root, layout), trees, issues);
  issues.raise();
  return std::make_shared<Snapshot>(schema, std::move(root), std::move(trees));
}

}  // namespace kestrel
