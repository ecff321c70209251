// From a schema's IR to where each field lies in a row. One Layout per record, variant payload, sum,
// tuple and element type. The contract of row.hpp: slot 0 is the key, fields follow in declaration order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kestrel/ir.hpp"
#include "kestrel/row.hpp"
#include "kestrel/tree.hpp"

namespace kestrel {

// How a slot's 8 bytes are read.
enum class Kind : std::uint8_t {
  unit,      // nothing
  boolean,   // 0 or 1
  integer,   // i64, or u64 where Slot::is_unsigned
  real,      // f64 bits (f32 too, rounded); one NaN, no -0.0
  text,      // Ref to UTF-8 (String, Path, Url, Uuid, Instant, Regex, Cidr)
  bytes,     // Ref to raw bytes
  duration,  // i64 nanoseconds
  size,      // u64 bytes
  choice,    // index of the variant (a sum without payloads) or of the literal
  json,      // Ref to canonical JSON text
  secret,    // Ref to text: a reference (`env:NAME`, `file:/path`), or '\1' and a literal
  record,    // Ref to a nested row of `layout`
  sum,       // Ref to a nested row of `layout`: slot 1 the variant's index, slot 2 a record Ref to its payload row
  tuple,     // Ref to a nested row of `layout`, items in slots 1..n
  list,      // Ref to a Block of `layout` rows; in a spine layout: index of the snapshot's tree
  map,       // the same, rows sorted by key
  set,       // the same, rows sorted by key, which is all they hold
};

struct Layout;
class Program;  // a compiled expression (eval.hpp)
class Pattern;  // a compiled automaton (pattern.hpp)

// Refinements that are checked without the evaluator, found by looking at the shape of `where`.
struct Bounds {
  bool has_lo = false, has_hi = false;
  ir::Int lo = 0, hi = 0;                               // integer, duration, size
  std::uint32_t min_len = 0, max_len = 0xffff'ffff;     // text: code points; collections: items
  std::vector<std::shared_ptr<const Pattern>> patterns; // text: all must match
};

// One `where` of a slot's type, for messages: which of them a value breaks.
struct Refinement {
  Bounds bounds;
  std::string text;  // the alias's name if it has one, else the condition, as a person writes it
  ir::At at;
};

struct Slot {
  std::string name;       // as in the schema; "" for an element's value
  std::string data_name;  // as in data and in JSON Pointers
  std::vector<std::string> data_aliases;  // `@renamed_from`: read, never written
  std::string type_name;  // as a person writes it: u16, Option<Tls>, [String]
  Kind kind = Kind::unit;
  bool optional = false;      // Option<T>: absence is None
  bool required = false;      // must stand in the document
  bool computed = false;      // a `compute`: never in the document
  bool is_unsigned = false;
  bool single = false;        // f32
  bool tree = false;          // list/map/set kept as a tree of the snapshot
  bool flatten = false, not_null = false, ignore_case = false;
  std::string scalar;         // scalar's name, for the format checks of text kinds
  std::string units;
  std::uint32_t tree_index = 0;     // tree: which of the snapshot's
  bool part = false;                // a Ref into the tail
  bool formatted = false;           // a text whose scalar has a form: Url, Uuid, ...
  const Layout* layout = nullptr;   // record, sum, tuple; element of list, map, set
  std::vector<std::string> choices, choice_data;  // choice: variants or literals, names in data
  std::vector<std::string> key_fields;            // list with @key: names of the element's fields
  std::vector<std::uint32_t> item_key;            // and their slots
  Bounds bounds;                              // all of `refinements` that are bounds, merged
  std::int64_t quick_lo = 1, quick_hi = 0;    // integers surely within type and bounds; may be empty
  ir::Int type_lo = 0, type_hi = 0;           // integer, duration, size: what the type holds
  std::vector<Refinement> refinements;
  std::string quoted;                         // data_name as a JSON string
  bool quick_name = false;                    // a member may be known by `quoted` alone
  std::vector<std::shared_ptr<const Program>> checks;  // refinements that `bounds` could not take; `it` is the value
  std::vector<ir::At> check_at;
  std::vector<std::string> check_text;                 // as Refinement::text
  std::shared_ptr<const Program> fallback;             // `default`; null if none
  bool constant_fallback = false;                      // reads nothing: made once, copied ever after
  ir::At fallback_at;
  std::string reload = "hot";
  std::vector<std::string> marks;                      // e.g. "danger"
};

struct CompiledRule {
  std::string name;  // full: record's name, dot, rule's name
  std::shared_ptr<const Program> cond, message;
  std::vector<std::string> place;
  ir::At at;
};

struct CompiledWhen {
  std::shared_ptr<const Program> cond;
  std::vector<std::pair<std::vector<std::string>, std::shared_ptr<const Program>>> sets;
};

struct Layout {
  // Full name of the record, sum or payload (`mod.Sum.Variant`); "" for a tuple or a wrapper. The
  // element of a list, map or set of records is a layout of that record itself, with its own slot 0;
  // any other element is a wrapper: its value is slot 1, called "". A set's item is slot 0 itself.
  std::string name;
  std::uint32_t id = 0;     // place among the schema's layouts
  bool wraps = false;
  bool is_tuple = false;    // a tuple, or a payload of positional items: slots 1..n called "0", "1", ...
  std::vector<Slot> slots;  // slot 0 is the key; its Slot says of which type
  bool spine = false;       // reached from the root through record fields alone: collections are trees
  bool open = false;        // unknown members are kept, as one `json` object in the last slot
  bool is_sum = false, untagged = false;
  std::string tag;          // sum: the member that holds the variant's name, if any
  std::vector<const Layout*> payloads;         // sum: row layout per variant, null without a payload
  std::vector<std::string> variants, variant_data;  // sum
  std::vector<CompiledRule> rules;
  std::vector<CompiledWhen> whens;
  std::vector<std::pair<std::uint32_t, std::shared_ptr<const Program>>> computes;  // slot, in dependency order
  bool derives = false;     // this layout or one below has a `when`, `compute` or a default that reads
  bool checks_rules = false;  // this layout or one below has rules or checks that need the evaluator

  // For whoever makes rows.
  std::vector<std::uint64_t> blank;             // a row with nothing written: constant defaults stand in it
  std::vector<std::pair<std::uint32_t, Tree>> blank_trees;  // of a spine layout: trees of such defaults
  std::vector<std::uint64_t> required;          // bit i: slot i must stand in the document
  std::vector<std::uint64_t> blank_parts;       // bit i: slot i is a Ref that `blank` holds a default for
  std::vector<std::uint32_t> parts;             // slots that are Refs into the tail, in order
  std::vector<std::uint64_t> part_bits;         // bit i: slot i is one of `parts`
  std::vector<std::uint64_t> tree_bits;         // bit i: slot i is a tree, or a record that has some
  std::vector<std::uint32_t> sorted;            // slots by data name in UTF-16 order; not the key
  std::vector<std::uint32_t> flattened;         // slots with @flatten

  std::uint32_t count() const { return static_cast<std::uint32_t>(slots.size()); }
  std::uint32_t fixed() const { return fixed_size(count()); }
  // The slot of an open record's unknown members; `count()` of any other.
  std::uint32_t rest() const { return open ? count() - 1 : count(); }
  int find(std::string_view data_name) const;        // slot by name in data, aliases too; -1
  int find_field(std::string_view name) const;       // slot by name in the schema; -1

  std::unordered_map<std::string_view, std::uint32_t> by_data, by_field;
};

// A schema, compiled: layouts, programs and patterns of one bundle. Immutable, shared by its snapshots.
class Schema {
 public:
  static std::shared_ptr<const Schema> compile(std::shared_ptr<const ir::Bundle> bundle);

  const Layout& root() const { return *root_; }
  // The root type is a record: `root()` is its spine layout. Else `root()` has slot 1 of that type.
  bool root_is_record() const { return root_is_record_; }
  const std::vector<const Slot*>& trees() const { return trees_; }  // slot of each tree, by its index
  std::size_t layouts() const { return layouts_.size(); }
  const ir::Bundle& bundle() const { return *bundle_; }

 private:
  friend class LayoutBuilder;
  std::shared_ptr<const ir::Bundle> bundle_;
  std::vector<std::unique_ptr<Layout>> layouts_;
  const Layout* root_ = nullptr;
  bool root_is_record_ = false;
  std::vector<const Slot*> trees_;
};

}  // namespace kestrel
