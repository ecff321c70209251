// The IR as the core reads it: a bundle's canonical JSON (python/kestrel/ir/*.py say what the nodes
// mean; the struct names and members are theirs) loaded into an arena of plain structs.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kestrel/issue.hpp"

namespace kestrel::ir {

struct Expr;
struct Type;
struct Pattern;

struct At {
  std::uint32_t source = kNowhere, begin = 0, end = 0;
};

enum class TypeKind : std::uint8_t {
  scalar, named, option, list, map, set, tuple, literals, secret, refined, fn, var, result
};

struct Type {
  TypeKind kind;
  std::string name;                 // scalar, named, refined (the alias), var
  std::vector<const Type*> items;   // result: ok, err; option/list/set/secret/refined: 1; map: key, value; fn: params, result
  std::vector<std::string> texts;   // list: key fields; literals: values
  const Expr* where = nullptr;      // refined
};

using Int = __int128;

enum class ConstKind : std::uint8_t { unit, boolean, integer, real, text, bytes };

struct Const {
  ConstKind kind = ConstKind::unit;
  std::string type;  // the scalar's name
  Int integer = 0;   // integer, Duration (ns), Size (bytes), boolean (0/1)
  double real = 0;
  std::string text;  // text; bytes, already decoded
};

enum class ExprKind : std::uint8_t {
  constant, local, field, item, op, if_, let, lambda, call, is, match, record, map, list, variant,
  update, config, secret, merge, convert, block, define, assign, while_, for_, break_, continue_,
  return_, try_
};

// `by`: the member of a list's items that `key` is the value of; "" where `key` is a map's or a position.
struct Step {
  std::string name;
  const Expr* key = nullptr;
  std::string by;
};

struct Edit {
  std::vector<Step> path;
  const Expr* value;  // null: what is there is removed
};

struct Arm {
  const Pattern* pattern;
  const Expr* body;
};

struct Expr {
  ExprKind kind;
  At at;
  Const constant;                                            // constant
  std::string name;                                          // local, field, op, let, call (fn), is/variant (variant), config, secret (text)
  std::string type;                                          // variant: the sum
  std::uint32_t index = 0;                                   // item
  std::vector<const Expr*> args;                             // operands in source order (if: 3; let: value, body; lambda: body)
  std::vector<std::string> params;                           // lambda
  std::vector<Arm> arms;                                     // match (subject is args[0])
  std::vector<std::pair<std::string, const Expr*>> members;  // record
  std::vector<std::pair<const Expr*, const Expr*>> entries;  // map
  std::vector<Edit> edits;                                   // update (base is args[0])
  const Type* of = nullptr;                                  // merge: the type of both (args); convert
};

enum class PatternKind : std::uint8_t { wild, bind, equals, within, variant, tuple, record };

struct Pattern {
  PatternKind kind;
  std::string name;                   // bind, variant
  Const lo, hi;                       // equals (lo), within
  std::vector<const Pattern*> items;  // variant, tuple
  std::vector<std::string> names;     // record
};

struct Field {
  std::string name;
  const Type* type = nullptr;
  const Expr* fallback = nullptr;  // `default`
  std::string reload = "hot", danger, data_name, units;
  bool dangerous = false, not_null = false, ignore_case = false, flatten = false, deprecated = false;
  std::vector<std::string> renamed_from;
};

struct Compute {
  std::string name;
  const Type* type;
  const Expr* value;
};

struct Rule {
  std::string name;
  const Expr* cond;
  const Expr* message = nullptr;
  std::vector<std::string> place;
  At at;
};

struct When {
  const Expr* cond;
  std::vector<std::pair<std::vector<std::string>, const Expr*>> sets;
};

// A document of `schema` becomes one of the record (or the other way round, where `to`).
struct Migration {
  std::string schema;
  bool to = false;
  std::vector<std::pair<std::string, std::string>> carried;  // field of the result, and of the old document
  std::vector<std::pair<std::vector<std::string>, const Expr*>> sets;
  At at;
};

struct Variant {
  std::string name, data_name;
  std::vector<const Type*> items;
  std::vector<Field> fields;
};

enum class DeclKind : std::uint8_t { record, sum, newtype, fn, config };

struct Decl {
  DeclKind kind;
  std::string name;
  // record
  std::vector<Field> fields;
  std::vector<Compute> computes;
  std::vector<Rule> rules;
  std::vector<When> whens;
  std::vector<Migration> migrations;
  bool open = false;
  std::string data_case;
  // sum
  std::vector<Variant> variants;
  std::string tag;
  bool untagged = false, ignore_case = false;
  // newtype (base), fn (result), config (type)
  const Type* type = nullptr;
  // fn, config
  std::vector<std::string> params;
  std::vector<const Type*> param_types;
  std::vector<const Expr*> defaults;  // of templates' parameters, null where a value is due
  const Expr* body = nullptr;
};

// Owns every node; pointers into it stay good for its life.
class Bundle {
 public:
  // Reads canonical JSON of `kestrel.ir.decls.Bundle`. Throws Invalid (KS0109) if it is none: the
  // compiler above never makes such a bundle, but a state file may be damaged or of a newer version.
  static std::shared_ptr<const Bundle> load(std::string_view json);

  const Type* root = nullptr;
  const Decl* find(std::string_view name) const;  // nullptr if there is none

  std::deque<Type> types;
  std::deque<Expr> exprs;
  std::deque<Pattern> patterns;
  std::deque<Decl> decls;
  std::unordered_map<std::string, const Decl*> by_name;
};

}  // namespace kestrel::ir
