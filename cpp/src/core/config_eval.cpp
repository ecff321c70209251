// The documents of declared configs.
#include "code.hpp"

namespace kestrel {
namespace {

[[noreturn]] void has_no_value(std::string_view name, const ir::At& at, std::string why) {
  Issue issue{"KS0440", {{"name", std::string(name)}, {"why", std::move(why)}}, ""};
  issue.at_source = at.source;
  issue.at_begin = at.begin;
  issue.at_end = at.end;
  throw Invalid{{issue}};
}

}  // namespace

Doc evaluate_config(const ir::Bundle& bundle, std::string_view name) {
  const ir::Decl* config = bundle.find(name);
  if (!config || config->kind != ir::DeclKind::config || !config->body)
    has_no_value(name, {}, "there is no such config");
  try {
    eval::Code code;
    eval::compile_config(*config, bundle, code);
    eval::Eval e(nullptr);
    Doc out;
    emit(*code.main.root, e, run_main(code, e), out);
    return out;
  } catch (const Failure& failure) {
    has_no_value(name, failure.at, failure.detail);
  }
}

}  // namespace kestrel
