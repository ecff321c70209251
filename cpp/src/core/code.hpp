// A compiled program's parts, and how it is made of an IR expression.
#pragma once

#include "node.hpp"

namespace kestrel::eval {

struct Code {
  std::deque<Node> nodes;
  std::deque<std::vector<const Node*>> operands;
  std::deque<std::string> texts;
  std::vector<std::shared_ptr<const Pattern>> patterns;
  std::deque<Body> bodies;  // functions and configs
  Body main;
  std::vector<std::string> reads;  // fields of `self`
  bool constant = true;            // reads no row
};

// Expressions nest no deeper than this, functions and configs that they name included. It bounds
// the stack that an evaluation uses.
inline constexpr std::uint32_t kMaxHeight = 512;

// Throws Invalid, and Failure (code `cycle`).
void compile(const ir::Expr& expr, const ir::Bundle& bundle, const Layout* self, Code& out);
// The same for a declared config or function; its parameters are the first slots of the frame.
void compile_declared(const ir::Decl& decl, const ir::Bundle& bundle, Code& out);
// Its value. Throws Failure.
Value run_main(const Code& code, Eval& e);

}  // namespace kestrel::eval
