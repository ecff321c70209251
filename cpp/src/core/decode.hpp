// Values of single slots, for derivation, defaults and patches.
#pragma once

#include "decoder.hpp"
#include "kestrel/doc.hpp"

namespace kestrel {

// Reads the value at `node` of `doc` as slot `slot` of `layout`: a row in which it alone is present
// (or nothing is, for an absent option). A spine collection goes to `trees`. What is wrong goes to
// `issues`.
std::vector<std::uint64_t> read_slot(const Layout& layout, std::uint32_t slot, const Doc& doc,
                                     std::vector<Tree>& trees, IssueList& issues,
                                     std::size_t layouts, ReadMode mode, std::uint32_t node = 0);

}  // namespace kestrel
