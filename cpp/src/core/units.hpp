// Durations and sizes as data files write them: `1h30m`, `250ms`, `64MiB`.
#pragma once

#include <string>
#include <string_view>

#include "kestrel/ir.hpp"

namespace kestrel {

// duration := "-"? (digits unit)+ with units in falling order, w d h m s ms us ns (`min` is `m`),
// each at most once; or `0`.
bool parse_duration(std::string_view text, ir::Int& nanoseconds);
void put_duration(std::string& out, std::int64_t nanoseconds);

// size := digits unit?; units B, KB.. (of 1000, or of 1024 where `binary`), KiB.. (of 1024).
bool parse_size(std::string_view text, bool binary, ir::Int& bytes);
void put_size(std::string& out, std::uint64_t bytes, bool binary);

}  // namespace kestrel
