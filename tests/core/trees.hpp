// What holds for every tree, of right texts and of wrong ones.
#pragma once

#include <string_view>

#include "kestrel/parse.hpp"

namespace trees {

// The first promise of parse.hpp that `tree` breaks; nullptr if it keeps them all.
inline const char* broken(const kestrel::parse::Tree& tree, std::string_view text) {
  using namespace kestrel::parse;
  for (std::size_t at = 0; at < tree.nodes.size(); ++at) {
    const Node& node = tree.nodes[at];
    if (node.token) continue;
    if (node.height > kMaxHeight) return "a node is too high";
    for (std::uint32_t kid = 0; kid < node.count; ++kid) {
      const std::uint32_t child = tree.kids[node.first + kid];
      if (child != kAbsent && child >= at) return "a child comes after its parent";
    }
  }
  for (const Fault& fault : tree.faults) {
    if (fault.range.begin > fault.range.end || fault.range.end > text.size())
      return "a fault lies outside of the text";
    if (*name_of(fault.kind) == '\0') return "a fault has no name";
  }
  if (tree.faults.size() > kMaxFaults + 1) return "there are too many faults";
  return nullptr;
}

}  // namespace trees
