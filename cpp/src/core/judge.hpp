// Rules: whether one holds, and if not, what is to blame and what to say.
#pragma once

#include "code.hpp"

namespace kestrel::eval {

RuleResult judge(const Code& rule, const Scope& self, const Code* message);

// Why an expression that holds or does not should not or should: the innermost element on which a
// quantifier turns, and the fields that were read (in that element, if there is one).
struct Blame {
  bool element = false;
  std::string at;                  // JSON Pointer from `self` to the element; empty if it has no place
  std::vector<std::string> read;     // JSON Pointers from `self`
  std::vector<std::string> context;  // those that only said which part of the rule is to hold
  std::vector<Binding> bindings;   // of the functions around the element; `it` last
};
Blame explain(const Node& root, Eval& e, Value* frame);

}  // namespace kestrel::eval
