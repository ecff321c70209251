// Documents that expressions make: of declared configs, of templates, by migrations, and of one
// document over another.
#include <algorithm>
#include <deque>

#include "code.hpp"
#include "merge.hpp"

namespace kestrel {
namespace {

using namespace eval;

using Said = std::vector<std::pair<std::string, std::string>>;

[[noreturn]] void has_no_value(const char* code, Said said, const ir::At& at) {
  Issue issue{code, std::move(said), ""};
  issue.at_source = at.source;
  issue.at_begin = at.begin;
  issue.at_end = at.end;
  throw Invalid{{issue}};
}

[[noreturn]] void has_no_value(const char* code, std::string_view name, const Failure& failure) {
  has_no_value(code, {{"name", std::string(name)}, {"why", failure.detail}}, failure.at);
}

const ir::Decl& declared(const ir::Bundle& bundle, std::string_view name, ir::DeclKind kind,
                         const char* code) {
  const ir::Decl* decl = bundle.find(name);
  if (!decl || decl->kind != kind)
    has_no_value(code, {{"name", std::string(name)}, {"why", "it is not declared"}}, {});
  return *decl;
}

Scope whole(const Snapshot& snapshot) {
  return {snapshot.root(), &snapshot.schema().root(), nullptr, &snapshot.trees()};
}

// What a snapshot is, read through `e.self`.
Value root_of(const Node& n, Eval& e, const Snapshot& snapshot) {
  const Layout& layout = snapshot.schema().root();
  if (snapshot.schema().root_is_record()) return Value::of_row(snapshot.root(), layout);
  return read_slot(n, e, snapshot.root(), layout, 1);
}

// The same, with nothing left in it that is read through `e.self`: of the rows whose collections are
// trees, entries are made.
Value detached(const Node& n, Eval& e, const Value& v) {
  if (v.tag != Tag::row || !v.row.layout->spine || v.row.layout->is_tuple) return v;
  Value made = opened(n, e, v);
  Entry* out = e.take<Entry>(n, made.entries.size);
  for (std::uint64_t i = 0; i < made.entries.size; ++i)
    out[i] = {made.entries.data[i].key, detached(n, e, made.entries.data[i].value)};
  made.entries.data = out;
  made.wraps = v.wraps;
  return made;
}

// The arguments of a template: what was given, else its default, which names no other parameter.
class Arguments {
 public:
  Arguments(const ir::Decl& decl, const ir::Bundle& bundle) : decl_(decl), codes_(decl.params.size()) {
    for (std::size_t i = 0; i < codes_.size(); ++i)
      if (decl.defaults[i]) compile(*decl.defaults[i], bundle, nullptr, codes_[i]);
  }

  void put(const Node& n, Eval& e, const Snapshot& given, Value* frame) const {
    const Layout& layout = given.schema().root();
    for (std::uint32_t i = 0; i < codes_.size(); ++i) {
      const bool is_left_out = decl_.defaults[i] && !given.root().written(i + 1);
      frame[i] = is_left_out ? run_main(codes_[i], e)
                             : read_slot(n, e, given.root(), layout, i + 1);
      // What may be left out is an option among the arguments, and need not be one by itself.
      if (!is_left_out && !is_option(*decl_.param_types[i])) frame[i].wraps = 0;
    }
  }

 private:
  static bool is_option(const ir::Type& type) {
    const ir::Type* t = &type;
    while (t->kind == ir::TypeKind::refined) t = t->items[0];
    return t->kind == ir::TypeKind::option;
  }

  const ir::Decl& decl_;
  std::deque<Code> codes_;
};

}  // namespace

Doc evaluate_config(const ir::Bundle& bundle, std::string_view name) {
  const ir::Decl& config = declared(bundle, name, ir::DeclKind::config, "KS0440");
  try {
    Code code;
    compile_declared(config, bundle, code);
    Eval e(nullptr);
    Doc out;
    emit(*code.main.root, e, run_main(code, e), out);
    return out;
  } catch (const Failure& failure) {
    has_no_value("KS0440", name, failure);
  }
}

Doc evaluate_template(const ir::Bundle& bundle, std::string_view name, const Snapshot& arguments) {
  const ir::Decl& fn = declared(bundle, name, ir::DeclKind::fn, "KS0440");
  try {
    Code code;
    compile_declared(fn, bundle, code);
    const Arguments given(fn, bundle);
    const Scope scope = whole(arguments);
    Eval e(&scope);
    e.written_only = true;
    const Node& root = *code.main.root;
    auto* frame = e.take<Value>(root, code.main.frame);
    given.put(root, e, arguments, frame);
    e.spend(root, root.weight);
    Doc out;
    emit(root, e, run(root, e, frame), out);
    return out;
  } catch (const Failure& failure) {
    has_no_value("KS0440", name, failure);
  }
}

Doc evaluate_function(const ir::Bundle& bundle, std::string_view name) {
  const ir::Decl& fn = declared(bundle, name, ir::DeclKind::fn, "KS0440");
  Code code;
  compile_declared(fn, bundle, code);
  Eval e(nullptr);
  Doc out;
  Value value;
  try {
    value = run_main(code, e);
  } catch (const Returned& returned) {
    value = returned.value;
  }
  emit(*code.main.root, e, value, out);
  return out;
}

namespace {

std::string dotted(const std::vector<std::string>& path) {
  std::string out;
  for (const std::string& name : path) out += (out.empty() ? "" : ".") + name;
  return out;
}

class Migrating {
 public:
  Migrating(const ir::Migration& migration, const ir::Bundle& bundle, const Snapshot& old)
      : migration_(migration), bundle_(bundle), old_(old), scope_(whole(old)), e_(&scope_) {
    e_.written_only = true;
    e_.bindings.push_back({"old", root_of(here_, e_, old), Value::of(Tag::none)});
    here_.at = migration.at;
  }

  Doc run() {
    Value made = carried();
    for (const auto& [path, value] : migration_.sets) made = set(made, path, *value);
    Doc out;
    emit(here_, e_, made, out);
    return out;
  }

 private:
  // As it was written, what was.
  Value carried() {
    const Layout& layout = old_.schema().root();
    std::vector<Entry> entries;
    for (const auto& [into, from] : migration_.carried) {
      const int slot = layout.find_field(from);
      if (slot < 0 || !old_.root().written(static_cast<std::uint32_t>(slot))) continue;
      Value v = read_slot(here_, e_, old_.root(), layout, static_cast<std::uint32_t>(slot));
      v.at = &migration_.at;
      entries.push_back({Value::of_text(into), v});
    }
    Entry* out = e_.take<Entry>(here_, entries.size());
    std::copy(entries.begin(), entries.end(), out);
    std::sort(out, out + entries.size(),
              [](const Entry& a, const Entry& b) { return order_keys(a.key, b.key) < 0; });
    return Value::of_entries(out, entries.size());
  }

  Value set(const Value& base, const std::vector<std::string>& path, const ir::Expr& value) {
    try {
      Code& code = codes_.emplace_back();
      compile(value, bundle_, nullptr, code);
      Value v = run_main(code, e_);
      if (!v.at) v.at = &code.main.root->at;
      std::vector<Reached> steps;
      for (const std::string& name : path) steps.push_back({Value::of_text(name), {}});
      return edited(*code.main.root, e_, base, steps, &v);
    } catch (const Failure& failure) {
      has_no_value("KS0442", dotted(path), failure);
    }
  }

  const ir::Migration& migration_;
  const ir::Bundle& bundle_;
  const Snapshot& old_;
  const Scope scope_;
  Node here_;
  Eval e_;
  std::deque<Code> codes_;
};

const Precedence* find_precedence(std::string_view name) {
  static constexpr std::pair<std::string_view, Precedence> names[] = {
      {"overrides", Precedence::over}, {"base", Precedence::base}, {"neither", Precedence::neither}};
  for (const auto& [known, precedence] : names)
    if (known == name) return &precedence;
  return nullptr;
}

Issue issue_of(const Disagreement& found) {
  return {"KS0443", {{"path", found.path}, {"base", found.base}, {"over", found.over}}, found.path};
}

}  // namespace

Doc evaluate_migration(const ir::Bundle& bundle, std::string_view record, std::size_t index,
                       const Snapshot& old) {
  const ir::Decl& decl = declared(bundle, record, ir::DeclKind::record, "KS0442");
  if (index >= decl.migrations.size())
    has_no_value("KS0442", {{"name", std::string(record)}, {"why", "it is not declared"}}, {});
  try {
    return Migrating(decl.migrations[index], bundle, old).run();
  } catch (const Failure& failure) {
    has_no_value("KS0442", record, failure);
  }
}

Doc merge_documents(const Snapshot& base, const Snapshot& over, std::string_view precedence) {
  const Precedence* wins = find_precedence(precedence);
  if (!wins) has_no_value("KS0443", {{"path", ""}, {"base", ""}, {"over", ""}}, {});
  const ir::Bundle& bundle = base.schema().bundle();
  try {
    const Node here;
    const Scope first = whole(base), second = whole(over);
    Eval e(&first);
    e.written_only = true;
    const Value a = detached(here, e, root_of(here, e, base));
    e.self = &second;
    const Value b = detached(here, e, root_of(here, e, over));
    Merger merger(here, e, bundle, *wins);
    const Value made = merger.merge(a, b, bundle.root);
    Invalid invalid;
    for (const Disagreement& found : merger.disagreements()) invalid.issues.push_back(issue_of(found));
    if (!invalid.issues.empty()) throw invalid;
    Doc out;
    emit(here, e, made, out);
    return out;
  } catch (const Failure& failure) {
    has_no_value("KS0440", "merge", failure);
  }
}

}  // namespace kestrel
