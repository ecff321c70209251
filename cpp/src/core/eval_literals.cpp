// Stands in for the evaluator until it is there: literals alone have a value.
#include "kestrel/eval.hpp"

namespace kestrel {
namespace {

void put(const ir::Expr& e, Doc& out);

void put_constant(const ir::Const& c, Doc& out) {
  switch (c.kind) {
  case ir::ConstKind::boolean: out.boolean(c.integer != 0); return;
  case ir::ConstKind::integer: c.type == "Duration" ? out.duration(c.integer) : out.integer(c.integer); return;
  case ir::ConstKind::real: out.real(c.real); return;
  case ir::ConstKind::text: out.scalar(DocKind::text, c.text); return;
  case ir::ConstKind::bytes: out.scalar(DocKind::bytes, c.text); return;
  default: out.scalar(DocKind::null, {});
  }
}

void put_parts(const ir::Expr& e, Doc& out) {
  for (const auto* item : e.args) put(*item, out);
  for (const auto& [name, value] : e.members) {
    out.scalar(DocKind::text, name);
    put(*value, out);
  }
  for (const auto& [key, value] : e.entries) {
    put(*key, out);
    put(*value, out);
  }
}

void put(const ir::Expr& e, Doc& out) {
  if (e.kind == ir::ExprKind::constant) return put_constant(e.constant, out);
  if (e.kind == ir::ExprKind::secret) return void(out.scalar(DocKind::secret, e.name));
  DocKind kind = DocKind::map;
  if (e.kind == ir::ExprKind::list) kind = DocKind::list;
  if (e.kind == ir::ExprKind::variant) kind = DocKind::variant;
  const auto node = out.open(kind, e.name);
  put_parts(e, out);
  out.close(node);
}

class Literal final : public Program {
 public:
  explicit Literal(const ir::Expr& e) : expr_(e) {}
  bool test(const Scope&, const SlotValue*) const override { return true; }
  void evaluate(const Scope*, Doc& out) const override { put(expr_, out); }
  RuleResult judge(const Scope&, const Program*) const override { return {}; }
  const std::vector<std::string>& reads() const override { return reads_; }
  bool constant() const override { return true; }

 private:
  const ir::Expr& expr_;
  std::vector<std::string> reads_;
};

}  // namespace

__attribute__((weak)) std::shared_ptr<const Program> Program::compile(const ir::Expr& e, const ir::Bundle&,
                                                                      const Layout*) {
  return std::make_shared<Literal>(e);
}

}  // namespace kestrel
