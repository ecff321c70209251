// Rules: whether one holds, and if not, what is to blame and what to say.
#pragma once

#include "code.hpp"

namespace kestrel::eval {

RuleResult judge(const Code& rule, const Scope& self, const Code* message);

// Why an expression that holds or does not should not or should: the innermost element on which a
// quantifier turns, else the fields that were read.
struct Blame {
  bool element = false;
  std::vector<std::string> paths;  // JSON Pointers from `self`
  std::vector<Binding> bindings;   // of the functions around the element; `it` last
};
Blame explain(const Node& root, Eval& e, Value* frame);

}  // namespace kestrel::eval
