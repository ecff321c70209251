// RFC 6902 on a document: the general way of making a snapshot from another and changes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json_value.hpp"
#include "kestrel/change.hpp"

namespace kestrel {

struct Operation {
  enum class Op { add, remove, replace, move, copy, test } op;
  std::string path, from;
  JsonValue value;                // add, replace, test
  std::optional<JsonValue> old;   // tested before the operation
  bool secret = false;            // its values are not shown
};

std::vector<Operation> operations_of(const ChangeSet& changes);
std::vector<Operation> parse_operations(std::string_view patch_json);
SnapshotPtr apply_operations(const SnapshotPtr& base, const std::vector<Operation>& operations);

}  // namespace kestrel
