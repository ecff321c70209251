// What every new snapshot passes through.
#include "issues.hpp"
#include "kestrel/codec.hpp"

namespace kestrel {

SnapshotPtr finish(const std::shared_ptr<const Schema>& schema, std::vector<std::uint64_t> root,
                   std::vector<Tree> trees, const Limits&) {
  return std::make_shared<Snapshot>(schema, std::move(root), std::move(trees));
}

}  // namespace kestrel
