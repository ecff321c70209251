#include "parse_lexer.hpp"

#include <algorithm>
#include <array>

namespace kestrel::parse {

namespace {

// Sets of characters, as bits of one table.
enum : std::uint8_t {
  kBlank = 1,
  kOpening = 2,
  kClosing = 4,
  kWord = 8,         // in names and words
  kNamed = 16,       // after a word: shows that it is a name
};

constexpr std::array<std::uint8_t, 256> character_sets() {
  std::array<std::uint8_t, 256> sets{};
  const auto add = [&sets](std::string_view characters, std::uint8_t set) {
    for (const char c : characters) sets[static_cast<unsigned char>(c)] |= set;
  };
  add(" \t\r\n", kBlank);
  add("([{", kOpening);
  add(")]}", kClosing);
  add(":=.", kNamed);
  add("_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", kWord);
  for (std::size_t byte = 0x80; byte < 256; ++byte) sets[byte] |= kWord;
  return sets;
}

constexpr std::array<std::uint8_t, 256> kSets = character_sets();

bool is(char c, std::uint8_t set) { return (kSets[static_cast<unsigned char>(c)] & set) != 0; }

char opening_of(char closing) { return closing == ')' ? '(' : closing == ']' ? '[' : '{'; }

bool begins_with_continuing_word(const Grammar& grammar, std::string_view rest) {
  std::size_t length = 0;
  while (length < rest.size() && is(rest[length], kWord)) ++length;
  const std::string_view word = rest.substr(0, length);
  const auto& words = grammar.continuing_words;
  if (std::ranges::find(words, word) == words.end()) return false;
  while (length < rest.size() && (rest[length] == ' ' || rest[length] == '\t')) ++length;
  return length == rest.size() || !is(rest[length], kNamed);
}

// The newline rule's second half: can nothing that begins like this begin an item?
bool cannot_start_item(const Grammar& grammar, std::string_view rest) {
  if (rest.empty() || grammar.continuing.find(rest[0]) != std::string_view::npos) return true;
  const std::string_view two = rest.substr(0, 2);
  return two == "&&" || two == "!=" || two == "->" ||
         begins_with_continuing_word(grammar, rest);
}

FaultKind fault_of(std::string_view label) {
  if (label == "BAD_NUMBER") return FaultKind::kBadNumber;
  return label == "BAD_BLOCK" ? FaultKind::kBadBlock : FaultKind::kBadString;
}

}  // namespace

std::optional<Token> Lexer::next(const Stack& stack, Fault& fault) {
  for (;;) {
    const std::uint32_t before = at_;
    bool newline = false;
    if (!skip_blanks(newline)) {
      fault = {FaultKind::kBadComment, {at_, at_ + 2}, kAbsent, {}};
      at_ = end();
      return std::nullopt;
    }
    if (newline && newline_counts(stack)) return Token{grammar_.newline, {before, at_}};
    if (at_end()) return Token{kEndOfText, {end(), end()}};
    if (!is_doc(at_)) return match_token(stack, fault);
    const std::uint32_t begin = at_;
    pass_line();
    if (stack.accepts(grammar_.doc)) return Token{grammar_.doc, {begin, at_}};
    comments_.push_back({begin, at_});
  }
}

std::size_t Lexer::depth_after(const Token& token) const {
  const char c = text_.empty() ? '\0' : peek(token.range.begin);
  if (token.range.end != token.range.begin + 1) return brackets_.size();
  if (is(c, kOpening)) return brackets_.size() + 1;
  return is(c, kClosing) && !brackets_.empty() ? brackets_.size() - 1 : brackets_.size();
}

bool Lexer::took(const Token& token) {
  const std::size_t depth = depth_after(token);
  if (depth > brackets_.size()) {
    brackets_.push_back({text_[token.range.begin], token.range.begin});
  } else {
    brackets_.resize(depth);
  }
  return depth <= kMaxBrackets;
}

bool Lexer::is_doc(std::uint32_t at) const {
  return text_.substr(at, 3) == "///" && peek(at + 3) != '/';
}

// Pass blanks and comments, but no doc comment. False: at a comment without its end.
bool Lexer::skip_blanks(bool& newline) {
  for (; at_ < end(); ++at_) {
    const char c = text_[at_];
    if (c == '\n') newline = true;
    if (is(c, kBlank)) continue;
    if (c != '/' || is_doc(at_)) break;
    const std::uint32_t begin = at_;
    if (starts("//")) {
      pass_line();
    } else if (!starts("/*")) {
      break;
    } else if (!pass_block_comment()) {
      return false;
    }
    comments_.push_back({begin, at_});
    --at_;  // the loop's step
  }
  return true;
}

void Lexer::pass_line() {
  const std::size_t found = text_.find('\n', at_);
  at_ = found == std::string_view::npos ? end() : static_cast<std::uint32_t>(found);
}

// Comments nest. False, and nothing passed, if this one has no end.
bool Lexer::pass_block_comment() {
  std::size_t depth = 0;
  for (std::uint32_t at = at_; at + 1 < end(); ++at) {
    const std::string_view edge = text_.substr(at, 2);
    if (edge != "/*" && edge != "*/") continue;
    depth += edge == "/*" ? 1 : std::size_t{0} - 1;
    ++at;
    if (depth == 0) {
      at_ = at + 1;
      return true;
    }
  }
  return false;
}

// Does the newline before here end an item? Doc comments are passed to see what follows.
bool Lexer::newline_counts(const Stack& stack) {
  const bool nothing_yet = stack.size() == 1;
  if (nothing_yet || (!brackets_.empty() && brackets_.back().opening != '{')) return false;
  const std::uint32_t here = at_;
  const std::size_t comments = comments_.size();
  bool newline = true;
  bool whole = true;
  while (whole && is_doc(at_)) {
    pass_line();
    whole = skip_blanks(newline);
  }
  const std::string_view rest = text_.substr(at_);
  at_ = here;
  comments_.resize(comments);
  return !cannot_start_item(grammar_, rest) && stack.accepts(grammar_.newline);
}

// The longest terminal from `begin`, before `limit`.
Lexer::Match Lexer::longest(std::uint32_t begin, std::uint32_t limit) const {
  Match found{kNoTerminal, begin};
  std::size_t state = 0;
  for (std::uint32_t at = begin; at < limit; ++at) {
    const auto byte = static_cast<unsigned char>(text_[at]);
    const std::uint16_t next = grammar_.next[state * grammar_.classes + grammar_.byte_class[byte]];
    if (next == kDead) break;
    state = next;
    if (grammar_.accepts[state] != kNoTerminal) found = {grammar_.accepts[state], at + 1};
  }
  return found;
}

std::optional<Token> Lexer::match_token(const Stack& stack, Fault& fault) {
  Match match = longest(at_, end());
  const std::uint32_t begin = at_;
  if (match.terminal == kNoTerminal) {
    at_ = character_end(begin);
    fault = {FaultKind::kCharacter, {begin, at_}, kAbsent, {}};
    return std::nullopt;
  }
  const Terminal& terminal = grammar_.terminals[match.terminal];
  const bool splits = terminal.kind == TerminalKind::kSplits && match.end > begin + 1;
  if (splits) match = shorter(match, stack);
  at_ = match.end;
  if (terminal.kind != TerminalKind::kBad) return Token{match.terminal, {begin, at_}};
  fault = {fault_of(terminal.label), {begin, at_}, kAbsent, {}};
  return std::nullopt;
}

// The longest terminal that the parser takes; `match` itself if it takes none.
Lexer::Match Lexer::shorter(Match match, const Stack& stack) const {
  Match tried = match;
  while (tried.terminal != kNoTerminal && !stack.accepts(tried.terminal)) {
    tried = longest(at_, tried.end - 1);
  }
  return tried.terminal == kNoTerminal ? match : tried;
}

std::uint32_t Lexer::character_end(std::uint32_t at) const {
  ++at;
  while (at < end() && (static_cast<unsigned char>(text_[at]) & 0xc0u) == 0x80u) ++at;
  return at;
}

// ---- after a fault

void Lexer::resume(std::uint32_t at, std::size_t depth) {
  at_ = at;
  brackets_.resize(std::min(depth, brackets_.size()));
}

std::uint32_t Lexer::line_begin(std::uint32_t at) const {
  const std::size_t found = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
  return found == std::string_view::npos ? 0 : static_cast<std::uint32_t>(found + 1);
}

std::uint32_t Lexer::indent(std::uint32_t at) const {
  const std::uint32_t begin = line_begin(at);
  std::uint32_t first = begin;
  while (first < end() && (text_[first] == ' ' || text_[first] == '\t')) ++first;
  return first - begin;
}

Token Lexer::unindented(std::uint32_t at) const {
  const std::uint32_t begin = line_begin(at);
  if (is_doc(begin)) return {grammar_.doc, {begin, begin + 3}};
  const Match match = longest(begin, end());
  return {match.terminal, {begin, match.end}};
}

void Lexer::skip_item(std::uint32_t bad, std::uint32_t item, std::size_t depth) {
  const std::uint32_t line = line_begin(bad);
  at_ = line + indent(bad);
  if (line <= item || !begins_item(item)) {
    at_ = bad;
    skip_to_item(item, depth);
  }
  brackets_.resize(std::min(depth, brackets_.size()));
}

void Lexer::skip_to_item(std::uint32_t item, std::size_t depth) {
  const bool shares_line = item != line_begin(item) + indent(item);
  for (;;) {
    bool newline = false;
    if (!skip_blanks(newline)) at_ = end();
    if (at_end() || (newline && (begins_item(item) || (shares_line && !within(depth))))) return;
    if (!skip_token(depth)) return;
  }
}

// Does the line here, by its indent and its beginning, follow the item that begins at `item`?
bool Lexer::begins_item(std::uint32_t item) const {
  return indent(at_) <= indent(item) && !cannot_start_item(grammar_, text_.substr(at_));
}

// False: at the brace that closes what holds the item.
bool Lexer::skip_token(std::size_t depth) {
  if (is_doc(at_)) {
    pass_line();
    return true;
  }
  const char c = text_[at_];
  if (is(c, kClosing) && !skip_closing(c, depth)) return false;
  if (is(c, kOpening)) brackets_.push_back({c, at_});
  const Match match = longest(at_, end());
  at_ = match.terminal == kNoTerminal ? character_end(at_) : match.end;
  return true;
}

// A `}` closes the last `{`, whatever is open within; other brackets only close their like.
bool Lexer::skip_closing(char closing, std::size_t depth) {
  const char opening = opening_of(closing);
  std::size_t size = brackets_.size();
  while (closing == '}' && size > depth && brackets_[size - 1].opening != opening) --size;
  if (size > depth && brackets_[size - 1].opening == opening) {
    brackets_.resize(size - 1);
    return true;
  }
  return closing != '}' || depth == 0;
}

}  // namespace kestrel::parse
