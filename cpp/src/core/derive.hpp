// Derived members: defaults that read, `when`, `compute`.
#pragma once

#include "issues.hpp"
#include "kestrel/snapshot.hpp"

namespace kestrel {

// Makes every derived member of the rows anew, until nothing changes: members may read others, in
// their own record and in enclosing ones, and the compiler has refused cycles.
void derive_rows(const Schema& schema, std::vector<std::uint64_t>& root, std::vector<Tree>& trees,
                 IssueList& issues);

}  // namespace kestrel
