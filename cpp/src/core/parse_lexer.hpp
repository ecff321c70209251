// From bytes to tokens. Which token stands at a place can depend on what the parser can take there:
// a newline that ends an item, a doc comment, `>=` against `>`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "kestrel/parse.hpp"
#include "parse_stack.hpp"

namespace kestrel::parse {

struct Bracket {
  char opening;
  std::uint32_t at;
};

class Lexer {
 public:
  Lexer(const Grammar& grammar, std::string_view text, Range range)
      : grammar_(grammar), text_(text.substr(0, range.end)), at_(range.begin) {}

  // The next token, or the fault at its place (which is then passed).
  std::optional<Token> next(const Stack& stack, Fault& fault);

  // Keep count of brackets; called with each token that the parser has taken. False: too many.
  bool took(const Token& token);
  // How many brackets are open once the token is taken.
  [[nodiscard]] std::size_t depth_after(const Token& token) const;

  // After a fault at `bad`: pass the rest of the item that begins at `item`, within `depth` open
  // brackets. It ends at a line that is indented no deeper than the item (which may be the line of
  // `bad` itself), or at the `}` of what holds it. An item that does not begin its line has no
  // indent of its own: it ends at a newline outside its brackets.
  void skip_item(std::uint32_t bad, std::uint32_t item, std::size_t depth);

  // Go back to `at`, where `depth` brackets are open.
  void resume(std::uint32_t at, std::size_t depth);

  [[nodiscard]] std::uint32_t line_begin(std::uint32_t at) const;
  // How many blanks the line of `at` begins with.
  [[nodiscard]] std::uint32_t indent(std::uint32_t at) const;
  // The token at the very beginning of the line of `at`; kNoTerminal if there is none.
  [[nodiscard]] Token unindented(std::uint32_t at) const;
  [[nodiscard]] bool only_blanks(std::uint32_t begin, std::uint32_t end) const {
    const std::string_view between = text_.substr(begin, end < begin ? 0 : end - begin);
    return between.find_first_not_of(" \t") == std::string_view::npos;
  }

  [[nodiscard]] const std::vector<Bracket>& brackets() const { return brackets_; }
  [[nodiscard]] std::uint32_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ >= end(); }
  void give(Tree& tree) { tree.comments = std::move(comments_); }

 private:
  struct Match {
    std::uint16_t terminal;
    std::uint32_t end;
  };

  [[nodiscard]] std::uint32_t end() const { return static_cast<std::uint32_t>(text_.size()); }
  [[nodiscard]] char peek(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  [[nodiscard]] bool starts(std::string_view what) const {
    return text_.substr(at_, what.size()) == what;
  }
  [[nodiscard]] bool is_doc(std::uint32_t at) const;
  bool skip_blanks(bool& newline);
  void pass_line();
  bool pass_block_comment();
  bool newline_counts(const Stack& stack);
  [[nodiscard]] Match longest(std::uint32_t begin, std::uint32_t limit) const;
  [[nodiscard]] Match shorter(Match match, const Stack& stack) const;
  std::optional<Token> match_token(const Stack& stack, Fault& fault);
  [[nodiscard]] std::uint32_t character_end(std::uint32_t at) const;
  [[nodiscard]] bool within(std::size_t depth) const { return brackets_.size() > depth; }
  void skip_to_item(std::uint32_t item, std::size_t depth);
  [[nodiscard]] bool begins_item(std::uint32_t item) const;
  bool skip_token(std::size_t depth);
  bool skip_closing(char closing, std::size_t depth);

  const Grammar& grammar_;
  std::string_view text_;
  std::uint32_t at_;
  std::vector<Bracket> brackets_;
  std::vector<Range> comments_;
};

}  // namespace kestrel::parse
