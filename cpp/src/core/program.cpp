// Programs: compiled expressions and the ways to run them.
#include "code.hpp"
#include "judge.hpp"

namespace kestrel {
namespace eval {
namespace {

Issue issue_of(const Failure& failure) {
  Issue issue{"KS0109", {{"why", failure.detail}}, ""};
  issue.at_source = failure.at.source;
  issue.at_begin = failure.at.begin;
  issue.at_end = failure.at.end;
  return issue;
}

class Compiled final : public Program {
 public:
  Compiled(const ir::Expr& expr, const ir::Bundle& bundle, const Layout* self) {
    try {
      eval::compile(expr, bundle, self, code_);
    } catch (const Failure& failure) {
      throw Invalid{{issue_of(failure)}};
    }
  }

  bool test(const Scope& self, const SlotValue* it) const override {
    Eval e(&self);
    if (it && !bind_it(e, *it)) return true;
    return as_bool(*code_.main.root, value(e));
  }

  void evaluate(const Scope* self, Doc& out) const override {
    Eval e(self);
    emit(*code_.main.root, e, value(e), out);
  }

  RuleResult judge(const Scope& self, const Program* message) const override {
    const auto* text = static_cast<const Compiled*>(message);
    return eval::judge(code_, self, text ? &text->code_ : nullptr);
  }

  const std::vector<std::string>& reads() const override { return code_.reads; }
  bool constant() const override { return code_.constant; }

 private:
  Value value(Eval& e) const { return run_main(code_, e); }

  // The slot's value as `it`; false where an option has none, which passes.
  bool bind_it(Eval& e, const SlotValue& it) const {
    Value v = read_slot(*code_.main.root, e, it.row, *it.layout, it.slot);
    if (v.is_none()) return false;
    v.wraps = 0;
    e.it = v;
    return true;
  }

  Code code_;
};

}  // namespace

Value run_main(const Code& code, Eval& e) {
  const Node& root = *code.main.root;
  e.spend(root, root.weight);
  return run(root, e, e.take<Value>(root, code.main.frame));
}

}  // namespace eval

std::shared_ptr<const Program> Program::compile(const ir::Expr& expr, const ir::Bundle& bundle,
                                                const Layout* self) {
  return std::make_shared<const eval::Compiled>(expr, bundle, self);
}

}  // namespace kestrel
