// ops.def as a table that is looked up by name.
#include <unordered_map>

#include "node.hpp"

namespace kestrel {
namespace eval {
namespace {

// Operands of a signature: the words before its last `->` (a function's own has no spaces around).
constexpr std::uint32_t arity_of(std::string_view signature) {
  std::uint32_t words = 0;
  bool inside = false;
  for (const char c : signature.substr(0, signature.rfind("-> "))) {
    words += c != ' ' && !inside;
    inside = c != ' ';
  }
  return words;
}
static_assert(arity_of("-> [T]") == 0 && arity_of("[T] fn(T)->Bool -> Int") == 2);

constexpr OpRow kRows[] = {
#define OP(id, name, signature, meaning) {name, signature, meaning, ops::id, arity_of(signature)},
#include "kestrel/ops.def"
#undef OP
};

std::unordered_map<std::string_view, Op> by_name() {
  std::unordered_map<std::string_view, Op> out;
  for (std::size_t i = 0; i < std::size(kRows); ++i) out.emplace(kRows[i].name, static_cast<Op>(i));
  return out;
}

}  // namespace

const OpRow& op_row(Op op) { return kRows[static_cast<std::size_t>(op)]; }

const Op* find_op(std::string_view name) {
  static const std::unordered_map<std::string_view, Op> known = by_name();
  const auto found = known.find(name);
  return found == known.end() ? nullptr : &found->second;
}

}  // namespace eval

const std::vector<OpInfo>& operations() {
  static const std::vector<OpInfo> all = {
#define OP(id, name, signature, meaning) {name, signature, meaning},
#include "kestrel/ops.def"
#undef OP
  };
  return all;
}

}  // namespace kestrel
