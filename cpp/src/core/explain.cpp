// Finds what a rule's failure turns on. Walks down the expression along the operands that made it
// what it is, and into the first element on which a quantifier failed.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "judge.hpp"
#include "text.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

using Path = std::optional<std::string>;

enum class Manner : std::uint8_t {
  leaf,    // its fields are to blame
  negate,  // bool.not
  both,    // bool.and
  either,  // bool.or
  all,
  any,
  none,
  unique,
};

Manner manner_of(Op op) {
  switch (op) {
    case Op::bool_not: return Manner::negate;
    case Op::bool_and: return Manner::both;
    case Op::bool_or: return Manner::either;
    case Op::list_all:
    case Op::map_all: return Manner::all;
    case Op::list_any:
    case Op::map_any: return Manner::any;
    case Op::list_none:
    case Op::map_none: return Manner::none;
    case Op::list_unique: return Manner::unique;
    default: return Manner::leaf;
  }
}

// Operations whose result has the places of its first operand's items.
bool keeps_places(const Node& n) {
  if (n.form != Form::operation) return false;
  constexpr Op ops[] = {Op::list_filter, Op::map_filter, Op::map_values, Op::map_keys};
  return std::find(std::begin(ops), std::end(ops), n.op) != std::end(ops);
}

bool is_op(const Node& n, Op op) { return n.form == Form::operation && n.op == op; }

// Do two values lie at one place of a snapshot?
bool same_place(const Value& a, const Value& b) {
  if (a.tag != b.tag) return false;
  if (a.tag == Tag::row || a.tag == Tag::sum) return a.row.bytes == b.row.bytes;
  return a.tag == Tag::text && a.chars.data == b.chars.data;
}

class Explainer {
 public:
  Explainer(const Node& root, Eval& e) : root_(root), e_(e) {}

  // `n` is not `wanted`, or it fails: why?
  void why(const Node& n, Value* f, bool wanted) {
    if (blame_.element) return;
    if (n.form == Form::operation) return why_operation(n, f, wanted);
    switch (n.kind) {
      case ir::ExprKind::if_: return why_if(n, f, wanted);
      case ir::ExprKind::let: return why_let(n, f, wanted);
      case ir::ExprKind::call: return n.body ? why_call(n, f, wanted) : add_reads(n, f);
      case ir::ExprKind::match: return why_match(n, f, wanted);
      default: return add_reads(n, f);
    }
  }

  Blame result() && { return std::move(blame_); }

 private:
  // What `n` is; nothing if it fails.
  std::optional<bool> outcome(const Node& n, Value* f) {
    try {
      return as_bool(n, run(n, e_, f));
    } catch (const Failure&) {
      return std::nullopt;
    }
  }

  void why_operation(const Node& n, Value* f, bool wanted) {
    switch (manner_of(n.op)) {
      case Manner::negate: return why(*n.args[0], f, !wanted);
      case Manner::both: return why_pair(n, f, wanted, true);
      case Manner::either: return why_pair(n, f, wanted, false);
      case Manner::all: return wanted ? why_items(n, f, true) : add_reads(n, f);
      case Manner::none: return wanted ? why_items(n, f, false) : add_reads(n, f);
      case Manner::any: return wanted ? add_reads(n, f) : why_items(n, f, false);
      case Manner::unique: return wanted ? why_not_unique(n, f) : add_reads(n, f);
      case Manner::leaf: return add_reads(n, f);
    }
  }

  // `and` should hold: the first operand that does not. It should not: both are to blame. `or`
  // likewise, the other way round.
  void why_pair(const Node& n, Value* f, bool wanted, bool is_and) {
    for (const Node* operand : {n.args[0], n.args[1]}) {
      const bool decides = wanted == is_and && outcome(*operand, f) != wanted;
      if (decides) return why(*operand, f, wanted);
      if (wanted != is_and) why(*operand, f, wanted);
    }
  }

  void why_if(const Node& n, Value* f, bool wanted) {
    const std::optional<bool> condition = outcome(*n.args[0], f);
    if (!condition) return add_reads(*n.args[0], f);
    why(*n.args[*condition ? 1 : 2], f, wanted);
    if (!blame_.element) add_context(*n.args[0], f);
  }

  void why_let(const Node& n, Value* f, bool wanted) {
    f[n.slot] = run(*n.args[0], e_, f);
    place(f[n.slot], path_of(*n.args[0], f));
    why(*n.args[1], f, wanted);
  }

  void why_call(const Node& n, Value* f, bool wanted) {
    Value* frame = e_.take<Value>(n, n.body->frame);
    for (std::uint32_t i = 0; i < n.argc; ++i) {
      frame[i] = arg(n, i, e_, f);
      place(frame[i], path_of(*n.args[i], f));
    }
    why(*n.body->root, frame, wanted);
    if (!blame_.element) add_context(n, f);
  }

  void why_match(const Node& n, Value* f, bool wanted) {
    const Value subject = arg(n, 0, e_, f);
    for (const auto& [pattern, body] : n.arms) {
      if (!fits(n, e_, pattern, subject, f)) continue;
      place_names(pattern, f, path_of(*n.args[0], f));
      why(*body, f, wanted);
      break;
    }
    if (!blame_.element) add_context(*n.args[0], f);
  }

  void place_names(const Shaped& p, Value* f, const Path& path) {
    if (p.kind == ir::PatternKind::bind) place(f[p.slot], path);
    for (const Shaped& item : p.items) place_names(item, f, path);
    for (const auto& name : p.names) place(f[name.second], path);
  }

  // ---- quantifiers
  // The first item whose result is not `wanted`.
  void why_items(const Node& n, Value* f, bool wanted) {
    visit(n, f, [&](const Function& function, const Walk& walk, const Value& item) {
      if (outcome(*function.lambda->args[0], function.frame) == wanted) return true;
      enter(n, f, function, walk, item,
            [&] { why(*function.lambda->args[0], function.frame, wanted); });
      return false;
    });
  }

  void why_not_unique(const Node& n, Value* f) {
    std::unordered_set<std::string> seen;
    visit(n, f, [&](const Function& function, const Walk& walk, const Value& item) {
      std::string identity;
      put_identity(n, e_, run(*function.lambda->args[0], e_, function.frame), identity);
      const bool fresh = seen.insert(std::move(identity)).second;
      if (!fresh)
        enter(n, f, function, walk, item,
              [&] { add_reads(*function.lambda->args[0], function.frame); });
      return fresh;
    });
  }

  template <class Visit>
  void visit(const Node& n, Value* f, Visit visit) {
    const Value collection = arg(n, 0, e_, f);
    const Function function = function_arg(n, 1, e_, f);
    Walk walk(n, e_, collection);
    for (Value item; walk.next(item);) {
      Value* slot = function.frame + function.lambda->slot;
      e_.spend(n, function.lambda->weight);
      slot[0] = item;
      if (function.lambda->keyed) slot[1] = walk.key();
      if (!visit(function, walk, item)) return;
    }
    add_reads(*n.args[0], f);
  }

  // Into the element on which a quantifier turns: `inside` may find one further in.
  template <class Inside>
  void enter(const Node& n, Value* f, const Function& function, const Walk& walk, const Value& item,
             Inside inside) {
    const Path path = element_path(*n.args[0], f, walk, item);
    const Value key = walk.is_map() ? walk.key() : Value::of(Tag::none);
    place(function.frame[function.lambda->slot], path);
    blame_.bindings.push_back({function.lambda->names[0], item, key});
    try {
      inside();
    } catch (const Failure&) {
      // The element has no result: then it is the element itself that is to blame.
    }
    if (blame_.element) return;
    blame_.element = true;
    if (path) blame_only(*path);
    blame_.bindings.push_back({"it", item, key});
  }

  void blame_only(const std::string& element) {
    blame_.at = element;
    for (std::vector<std::string>* paths : {&blame_.read, &blame_.context})
      std::erase_if(*paths,
                    [&](const std::string& path) { return !path.starts_with(element + "/"); });
  }

  // ---- places
  void place(const Value& slot, const Path& path) {
    if (path)
      places_[&slot] = *path;
    else
      places_.erase(&slot);
  }

  Path element_path(const Node& collection, Value* f, const Walk& walk, const Value& item) {
    const Node* source = &collection;
    while (keeps_places(*source)) source = source->args[0];
    Path path = path_of(*source, f);
    if (!path) return path;
    if (source == &collection) return *path + step(walk, walk.is_map());
    const Value original = run(*source, e_, f);
    Walk all(*source, e_, original);
    for (Value v; all.next(v);) {
      const bool here = same_place(v, item) || (all.is_map() && same_place(all.key(), item));
      if (here) return *path + step(all, all.is_map());
    }
    return path;
  }

  std::string step(const Walk& walk, bool is_map) {
    if (walk.is_option()) return "";
    return key_step(is_map ? walk.key() : Value::of_int(static_cast<Int>(walk.index())));
  }

  std::string key_step(const Value& key) {
    std::string out;
    put_pointer_step(out, show(root_, e_, key));
    return out;
  }

  // The JSON Pointer of what `n` names; nothing if that is no place below `self`.
  Path path_of(const Node& n, Value* f) {
    if (n.form == Form::self) return "";
    if (n.form == Form::operation) return path_of_operation(n, f);
    if (n.kind == ir::ExprKind::field) return path_of_member(*n.args[0], n.name, f);
    if (n.kind == ir::ExprKind::call) return path_of_call(n, f);
    if (n.run != run_local) return std::nullopt;
    const auto found = places_.find(&f[n.slot]);
    return found == places_.end() ? Path() : found->second;
  }

  Path path_of_operation(const Node& n, Value* f) {
    constexpr Op same[] = {Op::option_get, Op::option_or, Op::some};
    if (std::find(std::begin(same), std::end(same), n.op) != std::end(same))
      return path_of(*n.args[0], f);
    if (!is_op(n, Op::map_at) && !is_op(n, Op::list_at)) return std::nullopt;
    Path path = path_of(*n.args[0], f);
    if (!path) return path;
    run(n, e_, f);  // fails where no such item is: then the collection was read
    return *path + key_step(arg(n, 1, e_, f));
  }

  // A function that only reads a member of its parameter, as those do that know its default.
  Path path_of_call(const Node& n, Value* f) {
    if (!n.body || n.argc != 1 || n.body->root->kind != ir::ExprKind::field) return std::nullopt;
    const Node& read = *n.body->root;
    if (read.args[0]->run != run_local) return std::nullopt;
    return path_of_member(*n.args[0], read.name, f);
  }

  Path path_of_member(const Node& record, std::string_view name, Value* f) {
    Path path = path_of(record, f);
    if (!path) return path;
    const Value base = run(record, e_, f);
    const int slot = base.is(Tag::row) ? base.row.layout->find_field(name) : -1;
    if (slot < 0) return std::nullopt;
    const Slot& found = base.row.layout->slots[static_cast<std::size_t>(slot)];
    if (!found.flatten) put_pointer_step(*path, found.data_name);
    return path;
  }

  // ---- fields read
  void add_reads(const Node& n, Value* f) {
    try {
      if (const Path path = path_of(n, f)) return add_read(*path);
    } catch (const Failure&) {
      // What stands before it has no value: then that was read.
    }
    for (std::uint32_t i = 0; i < n.argc; ++i) add_reads(*n.args[i], f);
  }

  // What said which part of the rule is to hold: a condition, the subject of a `match`.
  void add_context(const Node& n, Value* f) {
    const bool before = std::exchange(in_context_, true);
    add_reads(n, f);
    in_context_ = before;
  }

  void add_read(const std::string& path) {
    const auto holds = [&](const std::vector<std::string>& paths) {
      return std::find(paths.begin(), paths.end(), path) != paths.end();
    };
    if (path.empty() || holds(blame_.read) || (in_context_ && holds(blame_.context))) return;
    (in_context_ ? blame_.context : blame_.read).push_back(path);
    if (!in_context_) std::erase(blame_.context, path);
  }

  const Node& root_;
  Eval& e_;
  Blame blame_;
  bool in_context_ = false;
  std::unordered_map<const Value*, std::string> places_;
};

}  // namespace

Blame explain(const Node& root, Eval& e, Value* frame) {
  Explainer explainer(root, e);
  try {
    explainer.why(root, frame, true);
  } catch (const Failure&) {
    // What was found so far is all there is to say.
  }
  return std::move(explainer).result();
}

}  // namespace kestrel::eval
