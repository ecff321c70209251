#include "kestrel/parse.hpp"

#include <algorithm>
#include <utility>

#include "parse_lexer.hpp"
#include "parse_stack.hpp"

namespace kestrel::parse {

namespace {

class Parser {
 public:
  Parser(const Grammar& grammar, std::string_view text, Range range, const Start& start)
      : grammar_(grammar),
        lexer_(grammar, text, range),
        stack_(grammar, start, range.end - range.begin) {}

  Tree run() {
    while (step()) {
    }
    lexer_.give(tree_);
    return std::move(tree_);
  }

 private:
  // Take one token, or get over a fault. False: done, or given up.
  bool step() {
    Fault fault{};
    const std::optional<Token> token = lexer_.next(stack_, fault);
    if (!token) return recover(std::move(fault));
    const std::size_t depth = lexer_.depth_after(*token);
    switch (stack_.advance(*token, static_cast<std::uint32_t>(depth))) {
      case Step::kShifted:
        return lexer_.took(*token) || give_up({FaultKind::kDeep, token->range, kAbsent, {}});
      case Step::kRefused:
        return recover(refusal(*token));
      case Step::kTooDeep:
        return give_up({FaultKind::kDeep, token->range, kAbsent, {}});
      case Step::kFinished:
        stack_.give(tree_);
        return false;
    }
    return false;
  }

  [[nodiscard]] Fault refusal(const Token& token) const {
    Fault fault{FaultKind::kUnexpected, token.range, kAbsent, stack_.expected()};
    if (lexer_.brackets().empty()) return fault;
    const Bracket& open = lexer_.brackets().back();
    if (token.terminal == kEndOfText) fault.kind = FaultKind::kUnclosed;
    if (token.terminal == kEndOfText || open.opening != '{') fault.opener = open.at;
    return fault;
  }

  bool give_up(Fault fault) {
    tree_.faults.push_back(std::move(fault));
    return false;
  }

  // Drop the item that the fault is in, or what follows it if it is whole, and go on with the next.
  bool recover(Fault fault) {
    if (tree_.faults.size() == kMaxFaults) {
      return give_up({FaultKind::kMany, fault.range, kAbsent, {}});
    }
    if (grammar_.restarts[stack_.frame(0).state] == 0) return give_up(std::move(fault));
    const std::size_t keep = restart();
    const std::uint32_t bad = fault.range.begin;
    const std::uint32_t item = keep < stack_.size() ? stack_.frame(keep).range.begin : bad;
    const std::size_t depth = stack_.frame(keep - 1).brackets;
    if (depth > 0 && begins_declaration(bad)) return leave_unclosed(std::move(fault), item);
    tree_.faults.push_back(std::move(fault));
    if (keep == stack_.size() || !end_item(bad)) stack_.cut(keep);
    lexer_.skip_item(bad, item, depth);
    if (depth > 0 && (lexer_.at_end() || left(item))) leave_braces(lexer_.at());
    return true;
  }

  // What stands before a fault may be a whole item: then take it.
  bool end_item(std::uint32_t at) {
    const bool whole = lexer_.brackets().size() == stack_.top().brackets &&
                       stack_.accepts(grammar_.newline);
    return whole && stack_.advance({grammar_.newline, {at, at}}, stack_.top().brackets) ==
                        Step::kShifted;
  }

  // How many frames to keep so that a new item can begin within brackets that are still open.
  // Before the first declaration one always can.
  [[nodiscard]] std::size_t restart() const {
    std::uint32_t open = stack_.top().brackets;
    std::size_t size = stack_.size();
    for (; size > 1; --size) {
      const Frame& frame = stack_.frame(size - 1);
      open = std::min(open, frame.brackets);
      if (grammar_.restarts[frame.state] == 0 || frame.brackets > open) continue;
      const std::uint16_t end = open > 0 ? grammar_.close_brace : kEndOfText;
      if (stack_.accepts(end, size)) break;
    }
    return size;
  }

  // Is `at` the first or second token of a line that begins, without indent, like a declaration?
  [[nodiscard]] bool begins_declaration(std::uint32_t at) const {
    const Token first = lexer_.unindented(at);
    if (first.terminal == kNoTerminal || !stack_.accepts(first.terminal, 1)) return false;
    return at == first.range.begin || lexer_.only_blanks(first.range.end, at);
  }

  // A declaration within braces: the outermost brace was never closed.
  bool leave_unclosed(Fault fault, std::uint32_t item) {
    const std::uint32_t line = lexer_.line_begin(fault.range.begin);
    fault.kind = FaultKind::kUnclosed;
    fault.opener = lexer_.brackets().front().at;
    if (fault.expected.empty()) fault.expected = stack_.expected();  // it was not a token
    tree_.faults.push_back(std::move(fault));
    leave_braces(lexer_.indent(item) == 0 && item < line ? item : line);
    return true;
  }

  // Did passing a bad item, which was indented, lead to a declaration that is not?
  [[nodiscard]] bool left(std::uint32_t item) const {
    const std::uint32_t at = lexer_.at();
    return lexer_.indent(item) > 0 && lexer_.line_begin(at) == at && begins_declaration(at);
  }

  // Go on at `at`, outside all braces.
  void leave_braces(std::uint32_t at) {
    stack_.cut(restart());
    while (stack_.top().brackets > 0) {
      stack_.cut(stack_.size() - 1);
      stack_.cut(restart());
    }
    lexer_.resume(at, 0);
  }

  const Grammar& grammar_;
  Lexer lexer_;
  Stack stack_;
  Tree tree_;
};

}  // namespace

Tree parse(const Grammar& grammar, std::string_view text, Range range, const Start& start) {
  if (text.size() > kMaxBytes) {
    Tree tree;
    tree.faults.push_back({FaultKind::kLarge, {0, 0}, kAbsent, {}});
    return tree;
  }
  return Parser(grammar, text, range, start).run();
}

const char* name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::kUnexpected:
      return "unexpected";
    case FaultKind::kUnclosed:
      return "unclosed";
    case FaultKind::kCharacter:
      return "character";
    case FaultKind::kBadNumber:
      return "bad_number";
    case FaultKind::kBadString:
      return "bad_string";
    case FaultKind::kBadBlock:
      return "bad_block";
    case FaultKind::kBadComment:
      return "bad_comment";
    case FaultKind::kDeep:
      return "deep";
    case FaultKind::kLarge:
      return "large";
    case FaultKind::kMany:
      return "many";
  }
  return "";
}

}  // namespace kestrel::parse
