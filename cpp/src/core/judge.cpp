#include "judge.hpp"

namespace kestrel::eval {
namespace {

// The rule's message. One that cannot be evaluated says nothing: the rule's name still does.
std::string message_of(const Code& message, Eval& e) {
  try {
    return std::string(as_text(*message.main.root, run_main(message, e)));
  } catch (const Failure&) {
    return "";
  }
}

// A rule that fails is run again, slowly, to find the reason; with budgets of its own.
void find_reason(const Code& rule, const Scope& self, const Code* message, RuleResult& out) {
  Eval e(&self);
  const Node& root = *rule.main.root;
  Blame blame = explain(root, e, e.take<Value>(root, rule.main.frame));
  out.element = std::move(blame.at);
  out.read = std::move(blame.read);
  out.context = std::move(blame.context);
  e.bindings = std::move(blame.bindings);
  if (message) out.message = message_of(*message, e);
}

}  // namespace

RuleResult judge(const Code& rule, const Scope& self, const Code* message) {
  RuleResult out;
  try {
    Eval e(&self);
    out.holds = as_bool(*rule.main.root, run_main(rule, e));
  } catch (const Failure& failure) {
    out.holds = false;
    out.failure = failure;
  }
  if (!out.holds) find_reason(rule, self, message, out);
  return out;
}

}  // namespace kestrel::eval
