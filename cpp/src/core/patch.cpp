#include "patch.hpp"

#include <array>
#include <utility>

#include "diff_redact.hpp"
#include "kestrel/codec.hpp"
#include "text.hpp"

namespace kestrel {

namespace {

using Op = Operation::Op;

struct OpName {
  std::string_view name;
  bool has_value, has_from;
};
// In the order of Op.
constexpr std::array<OpName, 6> kOps = {{{"add", true, false},
                                         {"remove", false, false},
                                         {"replace", true, false},
                                         {"move", false, true},
                                         {"copy", false, true},
                                         {"test", true, false}}};

std::string_view name_of(Op op) { return kOps[static_cast<std::size_t>(op)].name; }

[[noreturn]] void fail(std::string code, std::string path,
                       std::vector<std::pair<std::string, std::string>> values) {
  Issue issue;
  issue.code = std::move(code);
  issue.path = std::move(path);
  issue.values = std::move(values);
  throw Invalid{{std::move(issue)}};
}

// ---- reading operations

[[noreturn]] void malformed(std::size_t index, std::string why) {
  fail("KS0602", "", {{"why", "operation " + std::to_string(index) + ": " + why}});
}

class OperationReader {
 public:
  OperationReader(const Doc& doc, std::uint32_t node, std::size_t index)
      : doc_(doc), node_(node), index_(index) {}

  Operation read() {
    if (doc_.nodes[node_].kind != DocKind::map) malformed(index_, "it is not an object");
    Operation operation{};
    const OpName& kind = op(operation);
    operation.path = pointer("path");
    if (kind.has_from) operation.from = pointer("from");
    if (kind.has_value) operation.value = JsonValue::of(doc_, required("value"));
    if (const auto old = find("old")) operation.old = JsonValue::of(doc_, *old);
    const auto secret = find("secret");
    operation.secret = secret && doc_.nodes[*secret].integer == 1;
    return operation;
  }

 private:
  const OpName& op(Operation& operation) {
    const std::string name = text("op");
    for (std::size_t i = 0; i < kOps.size(); ++i)
      if (kOps[i].name == name) {
        operation.op = static_cast<Op>(i);
        return kOps[i];
      }
    malformed(index_, "there is no operation " + json_string(name));
  }
  std::string pointer(std::string_view member) {
    std::string path = text(member);
    std::vector<std::string> parts;
    if (!split_pointer(path, parts))
      malformed(index_, json_string(path) + " is not a JSON Pointer");
    return path;
  }
  std::string text(std::string_view member) {
    const DocNode& node = doc_.nodes[required(member)];
    if (node.kind != DocKind::text) malformed(index_, json_string(member) + " is not a string");
    return std::string(doc_.text(node));
  }
  std::uint32_t required(std::string_view member) {
    const auto node = find(member);
    if (!node) malformed(index_, json_string(member) + " is missing");
    return *node;
  }
  std::optional<std::uint32_t> find(std::string_view member) const {
    std::uint32_t at = node_ + 1;
    for (std::uint32_t i = 0; i < doc_.nodes[node_].count; ++i) {
      const DocNode& name = doc_.nodes[at];
      if (doc_.text(name) == member) return name.next;
      at = doc_.nodes[name.next].next;
    }
    return std::nullopt;
  }

  const Doc& doc_;
  std::uint32_t node_;
  std::size_t index_;
};

JsonValue parsed(std::string_view json) { return JsonValue::of(parse_json(json)); }

// ---- applying them

class Patcher {
 public:
  // `shown`: the same document without its literal secrets, null where it has none. Operations say
  // of a secret what is shown of it.
  Patcher(JsonValue& root, JsonValue* shown) : root_(&root), shown_(shown) {}

  void run(const Operation& operation) {
    op_ = &operation;
    check_old();
    if (op_->op == Op::test) compare(op_->path, op_->value);
    edit();
    if (shown_ != nullptr) {
      std::swap(root_, shown_);
      edit();
      std::swap(root_, shown_);
    }
    ++index_;
  }

 private:
  void edit() {
    switch (op_->op) {
      case Op::add: add(op_->path, op_->value); break;
      case Op::remove: take(op_->path); break;
      case Op::replace: target(op_->path) = op_->value; break;
      case Op::move: move(); break;
      case Op::copy: copy(); break;
      case Op::test: break;
    }
  }

  [[noreturn]] void nowhere(const std::string& path) const {
    fail("KS0603", path,
         {{"path", path},
          {"op", std::string(name_of(op_->op))},
          {"index", std::to_string(index_)}});
  }
  std::vector<std::string> parts_of(const std::string& path) const {
    std::vector<std::string> parts;
    if (!split_pointer(path, parts)) nowhere(path);
    return parts;
  }

  JsonValue* child(JsonValue& parent, const std::string& part) const {
    parent.open();
    if (parent.kind == JsonValue::Kind::object) {
      const auto member = parent.members.find(part);
      return member == parent.members.end() ? nullptr : &member->second;
    }
    std::size_t index = 0;
    if (parent.kind != JsonValue::Kind::array || !parse_index(part, parent.items.size(), index))
      return nullptr;
    return &parent.items[index];
  }
  JsonValue& walk(const std::vector<std::string>& parts, std::size_t count,
                  const std::string& path) const {
    return walk_in(*root_, parts, count, path);
  }
  JsonValue& walk_in(JsonValue& root, const std::vector<std::string>& parts, std::size_t count,
                     const std::string& path) const {
    JsonValue* value = &root;
    for (std::size_t i = 0; i < count; ++i) {
      value = child(*value, parts[i]);
      if (value == nullptr) nowhere(path);
    }
    return *value;
  }
  JsonValue& target(const std::string& path) const {
    const auto parts = parts_of(path);
    return walk(parts, parts.size(), path);
  }

  void add(const std::string& path, JsonValue value) {
    const auto parts = parts_of(path);
    if (parts.empty()) {
      *root_ = std::move(value);
      return;
    }
    JsonValue& parent = walk(parts, parts.size() - 1, path);
    parent.open();
    if (parent.kind == JsonValue::Kind::object) {
      parent.members.insert_or_assign(parts.back(), std::move(value));
      return;
    }
    std::size_t index = parent.items.size();
    if (parent.kind != JsonValue::Kind::array ||
        (parts.back() != "-" && !parse_index(parts.back(), parent.items.size() + 1, index)))
      nowhere(path);
    const auto at = parent.items.begin() + static_cast<std::ptrdiff_t>(index);
    parent.items.insert(at, std::move(value));
  }
  JsonValue take(const std::string& path) {
    const auto parts = parts_of(path);
    if (parts.empty()) nowhere(path);
    JsonValue& parent = walk(parts, parts.size() - 1, path);
    JsonValue* value = child(parent, parts.back());
    if (value == nullptr) nowhere(path);
    JsonValue taken = std::move(*value);
    if (parent.kind == JsonValue::Kind::object)
      parent.members.erase(parts.back());
    else
      parent.items.erase(parent.items.begin() + (value - parent.items.data()));
    return taken;
  }
  // A value cannot go into itself (RFC 6902, 4.4).
  void move() {
    if (op_->path == op_->from) {
      target(op_->from);
      return;
    }
    if (op_->path.starts_with(op_->from + "/")) nowhere(op_->path);
    add(op_->path, take(op_->from));
  }
  // Copies of copies grow without bound.
  void copy() {
    JsonValue value = target(op_->from);
    copied_ += value.weight();
    if (copied_ > Limits{}.bytes)
      fail("KS0415", op_->path, {{"limit", std::to_string(Limits{}.bytes)}});
    add(op_->path, std::move(value));
  }

  void check_old() const {
    if (!op_->old || op_->op == Op::add || op_->op == Op::copy) return;
    const bool hidden = op_->secret && op_->old->text() == json_string(kRedacted);
    const std::string& path = op_->op == Op::move ? op_->from : op_->path;
    if (hidden)
      target(path);
    else
      compare(path, *op_->old);
  }
  void compare(const std::string& path, const JsonValue& expected) const {
    const auto parts = parts_of(path);
    const JsonValue& found = walk(parts, parts.size(), path);
    if (equal(found, expected)) return;
    const JsonValue& shown = shown_ ? walk_in(*shown_, parts, parts.size(), path) : found;
    const bool has_secret = op_->secret || !equal(found, shown);
    if (has_secret && equal(shown, expected)) return;
    const auto text = [&](const JsonValue& value, bool hides) {
      return hides ? std::string(kRedacted) : value.text();
    };
    fail("KS0601", op_->path,
         {{"path", op_->path},
          {"expected", text(expected, has_secret)},
          {"found", text(shown, op_->secret)}});
  }

  JsonValue* root_;
  JsonValue* shown_;
  const Operation* op_ = nullptr;
  std::size_t index_ = 0, copied_ = 0;
};

Op op_of(ChangeOp op) {
  switch (op) {
    case ChangeOp::add: return Op::add;
    case ChangeOp::remove: return Op::remove;
    case ChangeOp::replace: return Op::replace;
    default: return Op::move;
  }
}

}  // namespace

std::vector<Operation> operations_of(const ChangeSet& changes) {
  std::vector<Operation> operations;
  for (const Change& change : changes.changes) {
    Operation& operation = operations.emplace_back();
    operation.op = op_of(change.op);
    operation.path = changes.path(change);
    if (change.op == ChangeOp::move) operation.from = changes.from_path(change);
    if (change.op == ChangeOp::add || change.op == ChangeOp::replace)
      operation.value = parsed(changes.new_value(change, false));
    if (change.op == ChangeOp::remove || change.op == ChangeOp::replace)
      operation.old = parsed(changes.old_value(change, false));
    operation.secret = change.layout && change.slot != kWholeRow &&
                       change.layout->slots[change.slot].kind == Kind::secret;
  }
  return operations;
}

std::vector<Operation> parse_operations(std::string_view patch_json) {
  const Doc doc = parse_json(patch_json);
  if (doc.nodes[0].kind != DocKind::list) fail("KS0602", "", {{"why", "it is not an array"}});
  std::vector<Operation> operations;
  std::uint32_t node = 1;
  for (std::uint32_t i = 0; i < doc.nodes[0].count; ++i, node = doc.nodes[node].next)
    operations.push_back(OperationReader(doc, node, i).read());
  return operations;
}

// What decoding finds wrong has a path in the document; its bytes are those of a text that nobody
// wrote.
SnapshotPtr apply_operations(const SnapshotPtr& base, const std::vector<Operation>& operations) {
  const std::string document = document_json(*base);
  const bool hides = has_literals(*base);
  const std::string without = hides ? redacted_document_json(*base) : std::string();
  JsonValue root = JsonValue::over(document), shown;
  if (hides) shown = JsonValue::over(without);
  Patcher patcher(root, hides ? &shown : nullptr);
  for (const Operation& operation : operations) patcher.run(operation);
  try {
    return decode_json(base->schema_ptr(), root.text());
  } catch (Invalid& invalid) {
    for (Issue& issue : invalid.issues) issue.begin = issue.end = kNowhere;
    throw;
  }
}

SnapshotPtr apply_patch(const SnapshotPtr& base, std::string_view patch_json) {
  return apply_operations(base, parse_operations(patch_json));
}

}  // namespace kestrel
