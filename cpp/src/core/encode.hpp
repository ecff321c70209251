// Parts of canonical JSON, for messages and paths.
#pragma once

#include <string>

#include "kestrel/snapshot.hpp"

namespace kestrel {

// A map's key (or set's item) as data spell it.
std::string key_text(const Slot& key, Row entry);

// One slot's value where there is no snapshot yet.
void write_value(const std::vector<Tree>& trees, Row row, const Layout& layout, std::uint32_t slot,
                 bool written_only, std::string& out);

}  // namespace kestrel
