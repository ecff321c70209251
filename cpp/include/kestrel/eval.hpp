// The table-driven evaluator: rules, refinements, defaults, `when`, `compute` and config
// expressions. Total: no recursion in what it runs, bounded steps and bounded memory; it ends in a
// value or in a Failure with a code and a place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kestrel/doc.hpp"
#include "kestrel/ir.hpp"
#include "kestrel/layout.hpp"
#include "kestrel/snapshot.hpp"

namespace kestrel {

struct OpInfo {
  const char* name;
  const char* signature;
  const char* meaning;
};
const std::vector<OpInfo>& operations();  // the rows of ops.def, in order

// Where a row stands: what `it`, `self`, `outer` and `root` mean while a program runs. `outer` is
// the enclosing record's scope. Trees are found through `trees` (rows being built have no Snapshot
// yet).
struct Scope {
  Row row;
  const Layout* layout = nullptr;
  const Scope* outer = nullptr;
  const std::vector<Tree>* trees = nullptr;
};

// One value given to a program by name (`it` of a refinement: a slot of a row).
struct SlotValue {
  Row row;
  const Layout* layout = nullptr;
  std::uint32_t slot = 0;
};

// Why a program gave no value: `code` is overflow, division, missing, range, steps, memory,
// duplicate (two entries of a map with one key), cycle (a function or config needs itself), or type
// (no IR that the checker makes ends so).
struct Failure {
  std::string code;
  ir::At at;
  std::string detail;
};

// What a rule found, where it does not hold.
struct RuleResult {
  bool holds = true;
  std::optional<Failure> failure;  // it could not be evaluated: that fails the rule too
  std::string message;             // the rule's own message, interpolated; empty if it has none
  // JSON Pointers, relative to the row (names as in data): the element that made a quantifier fail
  // (empty if none did), and the fields that were read, of an element those in it: those on which
  // the rule failed, and those that only said which part of it is to hold.
  std::string element;
  std::vector<std::string> read, context;
};

// An expression, compiled against the types of a bundle: names resolved to slots, operations to
// table rows.
class Program {
 public:
  // `self`: the layout that `self` (and bare field names) refer to; null in configs and functions.
  // Throws Invalid: KS0109 (ill-formed IR; value `why`), KS0120 or KS0121 (a pattern), with the
  // place.
  static std::shared_ptr<const Program> compile(const ir::Expr& expr, const ir::Bundle& bundle,
                                                const Layout* self);
  virtual ~Program() = default;

  // `it`, if the program is a refinement, is the value of that slot. Both throw Failure.
  virtual bool test(const Scope& self, const SlotValue* it = nullptr) const = 0;
  // The value, appended to `out` as a document (defaults, when, compute, configs); throws Failure.
  // Names are those of the schema. An absent option is `null`, or a member left out.
  virtual void evaluate(const Scope* self, Doc& out) const = 0;
  // A rule, with blame and message. In the message, `it` and the parameters of the functions around
  // it are the element that a quantifier failed on. Never throws.
  virtual RuleResult judge(const Scope& self, const Program* message) const = 0;
  // Names of self's fields that it reads (for order and cycles among derived members).
  virtual const std::vector<std::string>& reads() const = 0;
  // It reads no row at all: neither `self`, `outer`, `root` nor `it`. One value serves for ever.
  virtual bool constant() const = 0;
};

// The document of a declared config. Throws Invalid: KS0440 with the failure's code and place.
Doc evaluate_config(const ir::Bundle& bundle, std::string_view name);

// The document of a template. `arguments` is a record whose fields are its parameters, in order.
// Throws Invalid: KS0440.
Doc evaluate_template(const ir::Bundle& bundle, std::string_view name, const Snapshot& arguments);

// What a declared function without parameters gives, as a document in which a result is a variant
// `Ok` or `Err`. Throws Failure, and Invalid (KS0109).
Doc evaluate_function(const ir::Bundle& bundle, std::string_view name);

// What a record's migration makes of a document of the other schema. Throws Invalid: KS0442.
Doc evaluate_migration(const ir::Bundle& bundle, std::string_view record, std::size_t index,
                       const Snapshot& old);

// `over` laid over `base`, both of one schema and perhaps in part. `precedence` names the side whose
// value stands where both have one: `overrides`, `base`, or `neither`, for which such values are
// issues (KS0443). Throws Invalid.
Doc merge_documents(const Snapshot& base, const Snapshot& over, std::string_view precedence);

}  // namespace kestrel
