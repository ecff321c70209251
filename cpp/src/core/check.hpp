// Refinements that need the evaluator, numbers of items, keys of lists, rules: over all rows.
#pragma once

#include "issues.hpp"
#include "kestrel/eval.hpp"

namespace kestrel {

void check_rows(const Layout& root, Row row, const std::vector<Tree>& trees, IssueList& issues);

// What a failure says to a person.
std::string why(const Failure& failure);

}  // namespace kestrel
