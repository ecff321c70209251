// IR expressions → nodes: names become slots of a frame, constants and patterns are made once.
#include <algorithm>

#include "code.hpp"

namespace kestrel::eval {
namespace {

[[noreturn]] void ill_formed(const ir::Expr& expr, std::string why) {
  Issue issue{"KS0109", {{"why", std::move(why)}}, ""};
  issue.at_source = expr.at.source;
  issue.at_begin = expr.at.begin;
  issue.at_end = expr.at.end;
  throw Invalid{{issue}};
}

class Compiler {
 public:
  Compiler(const ir::Bundle& bundle, const Layout* self, Code& out)
      : bundle_(bundle), self_(self), out_(out) {}

  void main(const ir::Expr& expr) { finish(out_.main, compile(expr)); }
  void declared(const ir::Decl& decl) { out_.main = *body_of(decl, *decl.body); }

 private:
  struct Name {
    std::string_view name;
    std::uint32_t slot;
    Node* lambda;  // whose parameter it is; null of others
  };
  using Maker = Node& (*)(Compiler&, const ir::Expr&);
  static const Maker kMakers[];  // in the order of ExprKind
  template <Node& (Compiler::*make)(const ir::Expr&)>
  static Node& by(Compiler& compiler, const ir::Expr& expr) {
    return (compiler.*make)(expr);
  }

  Node& compile(const ir::Expr& expr) {
    if (++depth_ > kMaxHeight) ill_formed(expr, "expressions are nested too deeply");
    Node& n = kMakers[static_cast<std::size_t>(expr.kind)](*this, expr);
    --depth_;
    if (n.height > kMaxHeight) ill_formed(expr, "expressions are nested too deeply");
    return n;
  }

  // ---- nodes
  Node& make(const ir::Expr& expr, Run run, const std::vector<const Node*>& operands = {}) {
    Node& n = out_.nodes.emplace_back();
    n.run = run;
    n.kind = expr.kind;
    n.at = expr.at;
    set_operands(n, operands);
    return n;
  }

  void set_operands(Node& n, const std::vector<const Node*>& operands) {
    out_.operands.push_back(operands);
    n.args = out_.operands.back().data();
    n.argc = static_cast<std::uint32_t>(operands.size());
    for (const Node* operand : operands) grow(n, *operand);
  }

  static void grow(Node& n, const Node& part) {
    n.weight += part.weight;
    n.height = std::max(n.height, part.height + 1);
  }

  std::vector<const Node*> operands(const ir::Expr& expr) {
    std::vector<const Node*> out;
    for (const ir::Expr* arg : expr.args) out.push_back(&compile(*arg));
    return out;
  }

  std::string_view keep(std::string_view text) { return out_.texts.emplace_back(text); }

  // ---- names
  std::uint32_t take_slots(std::uint32_t count) { return std::exchange(slots_, slots_ + count); }

  std::uint32_t bind(std::string_view name) {
    names_.push_back({name, take_slots(1), nullptr});
    return names_.back().slot;
  }

  const Name* find(std::string_view name) const {
    const auto found =
        std::find_if(names_.rbegin(), names_.rend(), [&](const Name& n) { return n.name == name; });
    return found == names_.rend() ? nullptr : &*found;
  }

  void add_read(const std::string& field) {
    if (std::find(out_.reads.begin(), out_.reads.end(), field) == out_.reads.end())
      out_.reads.push_back(field);
  }

  // `self` as a whole: any field may be read.
  void add_reads_of_all() {
    for (std::uint32_t i = 1; self_ && i < self_->count(); ++i) add_read(self_->slots[i].name);
  }

  static bool is_self(const ir::Expr& e) {
    return e.kind == ir::ExprKind::local && e.name == "self";
  }

  // ---- bodies
  void finish(Body& body, const Node& root) {
    body.root = &root;
    body.frame = slots_;
    body.height = root.height;
  }

  const Body* body_of(const ir::Decl& decl, const ir::Expr& expr) {
    const auto [known, fresh] = bodies_.try_emplace(&decl, nullptr);
    if (!fresh && !known->second->root && decl.kind != ir::DeclKind::fn)
      throw Failure{"cycle", expr.at, "`" + decl.name + "` needs itself"};
    if (!fresh) return known->second;
    Body* body = known->second = &out_.bodies.emplace_back();
    body->name = decl.name;
    const std::vector<Name> outside = std::exchange(names_, {});
    const std::uint32_t slots = std::exchange(slots_, 0);
    for (const std::string& param : decl.params) bind(param);
    finish(*body, compile(expr));
    names_ = outside;
    slots_ = slots;
    return body;
  }

  Node& make_of_body(const ir::Expr& expr, Run run, const Body* body) {
    Node& n = make(expr, run, operands(expr));
    n.body = body;
    n.height = std::max(n.height, body->height + 1);
    return n;
  }

  const ir::Decl& declared(const ir::Expr& expr, ir::DeclKind kind, const char* what) {
    const ir::Decl* decl = bundle_.find(expr.name);
    if (!decl || decl->kind != kind || !decl->body)
      ill_formed(expr, std::string(what) + " `" + expr.name + "` is not declared");
    return *decl;
  }

  // ---- one function a kind of expression
  Node& constant(const ir::Expr& expr) {
    Node& n = make(expr, run_constant);
    n.constant = value_of(expr.constant);
    return n;
  }

  Value value_of(const ir::Const& c) {
    switch (c.kind) {
      case ir::ConstKind::unit: return Value::of(Tag::unit);
      case ir::ConstKind::boolean: return Value::of_bool(c.integer != 0);
      case ir::ConstKind::integer: return Value::of_int(c.integer, unit_of(c.type));
      case ir::ConstKind::real: return real_of(c);
      case ir::ConstKind::text: return Value::of_text(keep(c.text));
      case ir::ConstKind::bytes: return Value::of_text(keep(c.text), Tag::bytes);
    }
    return Value::of(Tag::unit);
  }

  static Value real_of(const ir::Const& c) {
    if (c.type != "f32") return Value::of_real(c.real);
    Value v = Value::of_real(static_cast<float>(c.real));
    v.unit = Unit::single;
    return v;
  }

  static Unit unit_of(std::string_view type) {
    return type == "Duration" ? Unit::duration : type == "Size" ? Unit::size : Unit::number;
  }

  Node& local(const ir::Expr& expr) {
    if (const Name* name = find(expr.name)) {
      Node& n = make(expr, run_local);
      n.slot = name->slot;
      n.name = keep(expr.name);
      return n;
    }
    if (is_self(expr)) add_reads_of_all();
    return standing(expr);
  }

  // The names that every program may use; any other must be given when it runs.
  Node& standing(const ir::Expr& expr) {
    struct Row {
      std::string_view name;
      Run run;
      Form form;
    };
    static constexpr Row rows[] = {{"self", run_self, Form::self},
                                   {"outer", run_outer, Form::outer},
                                   {"root", run_root, Form::root},
                                   {"", run_free, Form::free}};
    const Row* row = std::find_if(std::begin(rows), std::end(rows) - 1,
                                  [&](const Row& r) { return r.name == expr.name; });
    out_.constant = false;
    Node& n = make(expr, row->run);
    n.form = row->form;
    n.name = keep(expr.name);
    return n;
  }

  Node& field(const ir::Expr& expr) {
    const ir::Expr& base = *expr.args[0];
    const bool of_self = is_self(base) && !find("self");
    if (of_self) add_read(expr.name);
    std::vector<const Node*> parts{of_self ? &standing(base) : &compile(base)};
    if (expr.args.size() > 1) parts.push_back(&compile(*expr.args[1]));
    Node& n = make(expr, run_field, parts);
    n.name = keep(expr.name);
    return n;
  }

  Node& item(const ir::Expr& expr) {
    Node& n = make(expr, run_item, operands(expr));
    n.slot = expr.index;
    return n;
  }

  Node& operation(const ir::Expr& expr) {
    const Op* op = find_op(expr.name);
    if (!op) ill_formed(expr, "there is no operation `" + expr.name + "`");
    const OpRow& row = op_row(*op);
    if (expr.args.size() != row.arity) ill_formed(expr, "`" + expr.name + "` has wrong operands");
    Node& n = make(expr, row.run, operands(expr));
    n.form = Form::operation;
    n.op = *op;
    if (*op == Op::text_matches) n.pattern = pattern(*expr.args[1]);
    if (*op == Op::entry_key) ask_for_key(*expr.args[0], n);
    return n;
  }

  const Pattern* pattern(const ir::Expr& expr) {
    const bool is_constant =
        expr.kind == ir::ExprKind::constant && expr.constant.kind == ir::ConstKind::text;
    if (!is_constant) ill_formed(expr, "a pattern must be a constant");
    try {
      return out_.patterns.emplace_back(Pattern::compile(expr.constant.text)).get();
    } catch (Invalid& e) {
      for (Issue& issue : e.issues) {
        issue.at_source = expr.at.source;
        issue.at_begin = expr.at.begin;
        issue.at_end = expr.at.end;
      }
      throw;
    }
  }

  // The function whose parameter this is must be given keys.
  void ask_for_key(const ir::Expr& entry, const Node& n) {
    const Name* name = entry.kind == ir::ExprKind::local ? find(entry.name) : nullptr;
    if (!name || !name->lambda) return;
    name->lambda->keyed = true;
    const_cast<Node*>(n.args[0])->keyed = true;
  }

  Node& if_(const ir::Expr& expr) { return make(expr, run_if, operands(expr)); }

  Node& let(const ir::Expr& expr) {
    const Node& value = compile(*expr.args[0]);
    const std::uint32_t slot = bind(expr.name);
    Node& n = make(expr, run_let, {&value, &compile(*expr.args[1])});
    n.slot = slot;
    n.name = keep(expr.name);
    names_.pop_back();
    return n;
  }

  // Each parameter has a slot for its key behind it.
  Node& lambda(const ir::Expr& expr) {
    Node& n = make(expr, run_lambda);
    const std::size_t outside = names_.size();
    n.slot = take_slots(2 * static_cast<std::uint32_t>(expr.params.size()));
    for (std::uint32_t i = 0; i < expr.params.size(); ++i) {
      n.names.push_back(keep(expr.params[i]));
      names_.push_back({n.names.back(), n.slot + 2 * i, i == 0 ? &n : nullptr});
    }
    set_operands(n, {&compile(*expr.args[0])});
    names_.resize(outside);
    return n;
  }

  Node& call(const ir::Expr& expr) {
    if (const Name* name = find(expr.name)) {
      Node& n = make(expr, run_apply, operands(expr));
      n.slot = name->slot;
      return n;
    }
    const ir::Decl& fn = declared(expr, ir::DeclKind::fn, "function");
    if (fn.params.size() != expr.args.size())
      ill_formed(expr, "`" + expr.name + "` has wrong operands");
    return make_of_body(expr, run_call, body_of(fn, *fn.body));
  }

  Node& is(const ir::Expr& expr) {
    Node& n = make(expr, run_is, operands(expr));
    n.name = keep(expr.name);
    return n;
  }

  Node& match(const ir::Expr& expr) {
    Node& n = make(expr, run_match, operands(expr));
    for (const ir::Arm& arm : expr.arms) {
      const std::size_t outside = names_.size();
      Shaped shape = shaped(*arm.pattern);
      const Node& body = compile(*arm.body);
      grow(n, body);
      n.arms.emplace_back(std::move(shape), &body);
      names_.resize(outside);
    }
    return n;
  }

  Shaped shaped(const ir::Pattern& p) {
    Shaped out;
    out.kind = p.kind;
    out.name = p.name;
    out.lo = value_of(p.lo);
    out.hi = value_of(p.hi);
    if (p.kind == ir::PatternKind::bind) out.slot = bind(p.name);
    for (const ir::Pattern* item : p.items) out.items.push_back(shaped(*item));
    for (const std::string& name : p.names) out.names.emplace_back(name, bind(name));
    return out;
  }

  Node& record(const ir::Expr& expr) {
    std::vector<const Node*> values;
    for (const auto& member : expr.members) values.push_back(&compile(*member.second));
    Node& n = make(expr, run_record, values);
    for (const auto& member : expr.members) n.names.push_back(keep(member.first));
    return n;
  }

  Node& map(const ir::Expr& expr) {
    std::vector<const Node*> both;
    for (const auto& [key, value] : expr.entries) {
      both.push_back(&compile(*key));
      both.push_back(&compile(*value));
    }
    return make(expr, run_map, both);
  }

  Node& list(const ir::Expr& expr) { return make(expr, run_list, operands(expr)); }

  Node& variant(const ir::Expr& expr) {
    if (expr.type.empty()) return option(expr);
    if (expr.args.empty()) return choice(expr);
    Node& n = make(expr, run_variant, operands(expr));
    n.name = keep(expr.name);
    return n;
  }

  Node& option(const ir::Expr& expr) {
    if (expr.name == "Some" && expr.args.size() == 1) return make(expr, ops::some, operands(expr));
    if ((expr.name == "Ok" || expr.name == "Err") && expr.args.size() == 1) {
      Node& n = make(expr, run_variant, operands(expr));
      n.name = keep(expr.name);
      return n;
    }
    if (expr.name != "None" || !expr.args.empty())
      ill_formed(expr, "an option is `Some(x)` or `None`");
    Node& n = make(expr, run_constant);
    n.constant = Value::of(Tag::none);
    return n;
  }

  Node& choice(const ir::Expr& expr) {
    const ir::Decl* sum = bundle_.find(expr.type);
    if (!sum || sum->kind != ir::DeclKind::sum)
      ill_formed(expr, "sum `" + expr.type + "` is not declared");
    const auto found = std::find_if(sum->variants.begin(), sum->variants.end(),
                                    [&](const ir::Variant& v) { return v.name == expr.name; });
    if (found == sum->variants.end())
      ill_formed(expr, "`" + expr.type + "` has no variant `" + expr.name + "`");
    Node& n = make(expr, run_constant);
    n.constant = Value::of_text(keep(expr.name), Tag::choice);
    n.constant.number = static_cast<std::uint32_t>(found - sum->variants.begin());
    n.constant.made = true;
    return n;
  }

  Node& update(const ir::Expr& expr) {
    Node& n = make(expr, run_update, operands(expr));
    for (const ir::Edit& edit : expr.edits) {
      CompiledEdit compiled{{}, nullptr};
      for (const ir::Step& step : edit.path) {
        compiled.path.push_back(
            {keep(step.name), step.key ? &compile(*step.key) : nullptr, keep(step.by)});
        if (step.key) grow(n, *compiled.path.back().key);
      }
      compiled.value = edit.value ? &compile(*edit.value) : nullptr;
      if (edit.value) grow(n, *compiled.value);
      n.edits.push_back(std::move(compiled));
    }
    return n;
  }

  Node& config(const ir::Expr& expr) {
    const ir::Decl& decl = declared(expr, ir::DeclKind::config, "config");
    return make_of_body(expr, run_config, body_of(decl, *decl.body));
  }

  Node& merge(const ir::Expr& expr) {
    Node& n = make(expr, run_merge, operands(expr));
    n.type = expr.of;
    n.bundle = &bundle_;
    return n;
  }

  // ---- what only functions say
  Node& convert(const ir::Expr& expr) {
    Node& n = make(expr, run_convert, operands(expr));
    n.type = expr.of;
    n.bundle = &bundle_;
    return n;
  }

  Node& block(const ir::Expr& expr) {
    const std::size_t outside = names_.size();
    std::vector<const Node*> items;
    for (const ir::Expr* item : expr.args) items.push_back(&compile(*item));
    names_.resize(outside);
    return make(expr, run_block, items);
  }

  Node& define(const ir::Expr& expr) {
    Node& n = make(expr, run_assign, operands(expr));
    n.slot = bind(expr.name);
    return n;
  }

  Node& assign(const ir::Expr& expr) {
    const Name* name = find(expr.name);
    if (!name) ill_formed(expr, "`" + expr.name + "` is not bound");
    const std::uint32_t slot = name->slot;
    Node& n = make(expr, run_assign, operands(expr));
    n.slot = slot;
    return n;
  }

  Node& while_(const ir::Expr& expr) { return make(expr, run_while, operands(expr)); }

  // The item has a slot, and its key the one behind it.
  Node& for_(const ir::Expr& expr) {
    const Node& values = compile(*expr.args[0]);
    Node& n = make(expr, run_for);
    n.slot = take_slots(2);
    const std::size_t outside = names_.size();
    names_.push_back({keep(expr.name), n.slot, &n});
    const Node& body = compile(*expr.args[1]);
    names_.resize(outside);
    set_operands(n, {&values, &body});
    return n;
  }

  Node& break_(const ir::Expr& expr) { return make(expr, run_break); }
  Node& continue_(const ir::Expr& expr) { return make(expr, run_continue); }
  Node& return_(const ir::Expr& expr) { return make(expr, run_return, operands(expr)); }
  Node& try_(const ir::Expr& expr) { return make(expr, run_try, operands(expr)); }

  Node& secret(const ir::Expr& expr) {
    Node& n = make(expr, run_constant);
    n.constant = Value::of_text(keep(expr.name), Tag::secret);
    return n;
  }

  const ir::Bundle& bundle_;
  const Layout* self_;
  Code& out_;
  std::vector<Name> names_;
  std::uint32_t slots_ = 0, depth_ = 0;
  std::unordered_map<const ir::Decl*, Body*> bodies_;
};

const Compiler::Maker Compiler::kMakers[] = {
    by<&Compiler::constant>,  by<&Compiler::local>,  by<&Compiler::field>,   by<&Compiler::item>,
    by<&Compiler::operation>, by<&Compiler::if_>,    by<&Compiler::let>,     by<&Compiler::lambda>,
    by<&Compiler::call>,      by<&Compiler::is>,     by<&Compiler::match>,   by<&Compiler::record>,
    by<&Compiler::map>,       by<&Compiler::list>,   by<&Compiler::variant>, by<&Compiler::update>,
    by<&Compiler::config>,    by<&Compiler::secret>, by<&Compiler::merge>,
    by<&Compiler::convert>,   by<&Compiler::block>,  by<&Compiler::define>,  by<&Compiler::assign>,
    by<&Compiler::while_>,    by<&Compiler::for_>,   by<&Compiler::break_>,  by<&Compiler::continue_>,
    by<&Compiler::return_>,   by<&Compiler::try_>,
};

}  // namespace

void compile(const ir::Expr& expr, const ir::Bundle& bundle, const Layout* self, Code& out) {
  Compiler(bundle, self, out).main(expr);
}

void compile_declared(const ir::Decl& decl, const ir::Bundle& bundle, Code& out) {
  Compiler(bundle, nullptr, out).declared(decl);
}

}  // namespace kestrel::eval
