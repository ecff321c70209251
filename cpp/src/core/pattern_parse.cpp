// Text of a pattern → its tree. The grammar, RE2's but for what no automaton needs or can do:
//
//   choice  = concat ("|" concat)*
//   concat  = repeat*
//   repeat  = atom [("*" | "+" | "?" | "{" n ["," [m]] "}") ["?"]]     a lazy repeat is the same
//   language atom    = "(" [group] choice ")" | "[" ["^"] member+ "]" | "." | "^" | "$" | "\"
//   escape | character group   = "?:" | "?P<name>" | "?<name>" | "?" flags [":"]           flags:
//   i, s, -i, -s member  = element ["-" element] | "\" class | "[:" ["^"] name ":]"
#include <optional>

#include "pattern_tree.hpp"
#include "text.hpp"
#include "utf8.hpp"

namespace kestrel::pattern {
namespace {

struct NamedSet {
  std::string_view name;
  CodeSet set;
};

// `\d` and its kind; the capital letter is the complement. ASCII, as in RE2.
const NamedSet kEscapedSets[] = {
    {"d", {{'0', '9'}}},
    {"s", {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}},
    {"w", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
};

const NamedSet kPosixSets[] = {
    {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
    {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
    {"ascii", {{0, 0x7f}}},
    {"blank", {{'\t', '\t'}, {' ', ' '}}},
    {"cntrl", {{0, 0x1f}, {0x7f, 0x7f}}},
    {"digit", {{'0', '9'}}},
    {"graph", {{'!', '~'}}},
    {"lower", {{'a', 'z'}}},
    {"print", {{' ', '~'}}},
    {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
    {"space", {{'\t', '\r'}, {' ', ' '}}},
    {"upper", {{'A', 'Z'}}},
    {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
    {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
};

struct EscapedCode {
  char letter;
  std::uint32_t code;
};
const EscapedCode kEscapedCodes[] = {{'a', 7},    {'f', '\f'}, {'n', '\n'},
                                     {'r', '\r'}, {'t', '\t'}, {'v', '\v'}};

struct RefusedEscape {
  std::string_view letters;
  const char* why;
};
const RefusedEscape kRefusedEscapes[] = {
    {"123456789", "backreferences cannot be matched in linear time"},
    {"k", "backreferences cannot be matched in linear time"},
    {"0", "octal escapes are not supported: write `\\x00`"},
    {"bB", "word boundaries are not supported"},
    {"pPX", "Unicode classes are not supported: write ranges such as `[\\x{3b1}-\\x{3c9}]`"},
    {"QE", "quoting with `\\Q` is not supported: escape each character"},
    {"C", "single bytes cannot be matched: text is Unicode"},
};

bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_'; }
int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 32);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

class Parser {
 public:
  explicit Parser(std::string_view source) : source_(source) {}

  Tree run() {
    check_encoding();
    tree_.root = choice();
    if (more()) fail("`)` closes no group");
    return std::move(tree_);
  }

 private:
  struct Flags {
    bool fold = false, dot_all = false;
  };
  struct Times {
    std::uint32_t min, max;
  };

  // ---- the text
  bool more() const { return at_ < source_.size(); }
  char peek() const { return more() ? source_[at_] : '\0'; }
  bool looking_at(std::string_view s) const { return source_.substr(at_).starts_with(s); }
  bool take(std::string_view s) {
    const bool found = looking_at(s);
    if (found) at_ += s.size();
    return found;
  }
  [[noreturn]] void fail_at(std::size_t byte, std::string why) const {
    throw Refused{std::move(why), code_points(source_.substr(0, byte)) + 1};
  }
  [[noreturn]] void fail(std::string why) const { fail_at(at_, std::move(why)); }

  void check_encoding() {
    for (std::size_t i = 0; i < source_.size();)
      if (utf8::decode(source_, i) == utf8::kBad) fail_at(i, "it is not valid UTF-8");
  }

  // ---- nodes
  std::uint32_t make(Node node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
  }
  std::uint32_t make(Node::Kind kind, std::vector<std::uint32_t> kids) {
    return make(Node{kind, {}, std::move(kids)});
  }
  std::uint32_t make_set(CodeSet set) {
    return make(
        Node{Node::Kind::set, flags_.fold ? fold_ascii(std::move(set)) : std::move(set), {}});
  }

  // ---- the grammar
  std::uint32_t choice() {
    std::vector<std::uint32_t> kids{concat()};
    while (take("|")) kids.push_back(concat());
    return kids.size() == 1 ? kids[0] : make(Node::Kind::choice, std::move(kids));
  }

  std::uint32_t concat() {
    std::vector<std::uint32_t> kids;
    while (more() && peek() != '|' && peek() != ')') {
      if (const auto kid = repeat()) kids.push_back(*kid);
    }
    return kids.size() == 1 ? kids[0] : make(Node::Kind::concat, std::move(kids));
  }

  // Nothing where only flags were set.
  std::optional<std::uint32_t> repeat() {
    if (starts_repeat()) fail("there is nothing here to repeat");
    const auto kid = atom();
    const std::size_t begin = at_;
    const auto times = repetition();
    if (!times) return kid;
    if (!kid) fail_at(begin, "there is nothing here to repeat");
    take("?");
    if (starts_repeat()) fail("a repetition cannot be repeated: put it in a group");
    return make(Node{Node::Kind::repeat, {}, {*kid}, times->min, times->max});
  }

  bool starts_repeat() const {
    return more() && std::string_view("*+?{").find(peek()) != std::string_view::npos;
  }

  std::optional<Times> repetition() {
    if (take("*")) return Times{0, kUnbounded};
    if (take("+")) return Times{1, kUnbounded};
    if (take("?")) return Times{0, 1};
    if (!take("{")) return std::nullopt;
    return counted();
  }

  Times counted() {
    const std::size_t begin = at_ - 1;
    const std::uint32_t min = number(begin);
    std::uint32_t max = min;
    if (take(",")) max = peek() == '}' ? kUnbounded : number(begin);
    if (!take("}")) malformed_count(begin);
    if (max < min) fail_at(begin, "the bounds of this repetition are in the wrong order");
    return {min, max};
  }

  std::uint32_t number(std::size_t begin) {
    if (!is_digit(peek())) malformed_count(begin);
    std::uint32_t value = 0;
    for (; is_digit(peek()); ++at_) {
      value = value * 10 + static_cast<std::uint32_t>(peek() - '0');
      if (value > kMaxRepeat) fail_at(begin, "a repetition may count to 1000 at most");
    }
    return value;
  }

  [[noreturn]] void malformed_count(std::size_t begin) const {
    fail_at(begin,
            "`{` begins a repetition such as `{2}`, `{2,}` or `{2,5}`: write `\\{` for a brace");
  }

  std::optional<std::uint32_t> atom() {
    if (take("(")) return group();
    if (take("[")) return make_set(char_class());
    if (take(".")) return make_set(flags_.dot_all ? complement({}) : complement({{'\n', '\n'}}));
    if (take("^")) return make(Node::Kind::begin, {});
    if (take("$")) return make(Node::Kind::end, {});
    if (looking_at("\\")) return escape();
    return make_set(single(utf8::decode(source_, at_)));
  }

  static CodeSet single(std::uint32_t code) { return {{code, code}}; }

  std::optional<std::uint32_t> group() {
    const std::size_t begin = at_ - 1;
    const Flags outside = flags_;
    if (take("?") && flags_alone(begin)) return std::nullopt;
    if (++depth_ > kMaxDepth) fail_at(begin, "groups are nested too deeply");
    const std::uint32_t kid = choice();
    --depth_;
    if (!take(")")) fail_at(begin, "this group is not closed");
    flags_ = outside;
    return kid;
  }

  // What stands after `(?`: true if it was `(?flags)`, which holds to the end of the enclosing
  // group.
  bool flags_alone(std::size_t begin) {
    if (looking_at("=") || looking_at("!") || looking_at("<=") || looking_at("<!"))
      fail_at(begin, "lookaround cannot be matched in linear time");
    if (take("P<") || take("<")) return group_name(begin), false;
    for (bool on = true; !take(":");) {
      if (take(")")) return true;
      if (take("-"))
        on = false;
      else
        flag(on, begin);
    }
    return false;
  }

  void flag(bool on, std::size_t begin) {
    if (take("i"))
      flags_.fold = on;
    else if (take("s"))
      flags_.dot_all = on;
    else
      fail_at(begin, "only the flags `i` and `s` are supported in `(?`…`)`");
  }

  void group_name(std::size_t begin) {
    const std::size_t first = at_;
    while (is_word(peek())) ++at_;
    if (at_ == first || !take(">")) fail_at(begin, "this group's name is not closed by `>`");
  }

  // ---- escapes
  std::uint32_t escape() {
    if (take("\\A")) return make(Node::Kind::begin, {});
    if (take("\\z")) return make(Node::Kind::end, {});
    if (auto set = escaped_set()) return make_set(std::move(*set));
    return make_set(single(escaped_code()));
  }

  std::optional<CodeSet> escaped_set() {
    if (at_ + 1 >= source_.size()) return std::nullopt;
    const char letter = source_[at_ + 1];
    for (const NamedSet& named : kEscapedSets) {
      if (static_cast<char>(letter | 32) != named.name[0] || !is_letter(letter)) continue;
      at_ += 2;
      return letter == named.name[0] ? named.set : complement(named.set);
    }
    return std::nullopt;
  }

  std::uint32_t escaped_code() {
    const std::size_t begin = at_++;
    if (!more()) fail_at(begin, "a backslash escapes nothing at the end");
    if (take("x")) return hex_code(begin);
    const char c = peek();
    for (const EscapedCode& e : kEscapedCodes)
      if (take(std::string_view(&e.letter, 1))) return e.code;
    for (const RefusedEscape& e : kRefusedEscapes)
      if (e.letters.find(c) != std::string_view::npos) fail_at(begin, e.why);
    if (is_word(c) || static_cast<unsigned char>(c) >= 0x80)
      fail_at(begin, "this escape has no meaning: only punctuation may be escaped");
    return static_cast<std::uint32_t>(source_[at_++]);
  }

  // `\xHH` or `\x{H…}`.
  std::uint32_t hex_code(std::size_t begin) {
    const bool braces = take("{");
    std::uint32_t code = 0, digits = 0;
    for (; more() && hex_value(peek()) >= 0 && digits < (braces ? 6u : 2u); ++digits, ++at_)
      code = code * 16 + static_cast<std::uint32_t>(hex_value(peek()));
    const bool whole = braces ? digits > 0 && take("}") : digits == 2;
    if (!whole) fail_at(begin, "this must be `\\x` and two hexadecimal digits, or `\\x{`…`}`");
    if (code > utf8::kMax || utf8::surrogate(code)) fail_at(begin, "there is no such character");
    return code;
  }

  // ---- classes
  CodeSet char_class() {
    const std::size_t begin = at_ - 1;
    const bool negated = take("^");
    CodeSet set;
    for (bool first = true; first || !looking_at("]"); first = false) {
      if (!more()) fail_at(begin, "this class is not closed");
      member(set);
    }
    take("]");
    set = normalise(std::move(set));
    // Folded before it is negated: `(?i)[^a]` holds neither `a` nor `A`.
    if (flags_.fold) set = fold_ascii(std::move(set));
    return negated ? complement(set) : set;
  }

  void member(CodeSet& set) {
    if (looking_at("[:")) return add(set, posix_set());
    if (auto named = named_set()) return add(set, *named);
    const std::size_t begin = at_;
    const std::uint32_t lo = element();
    if (!looking_at("-") || source_.substr(at_).starts_with("-]")) return set.push_back({lo, lo});
    take("-");
    if (!more()) fail_at(begin, "this range has no end");
    if (looking_at("[:") || named_set()) fail_at(begin, "a class cannot end a range");
    const std::uint32_t hi = element();
    if (hi < lo) fail_at(begin, "this range runs backwards");
    set.push_back({lo, hi});
    if (looking_at("-") && !looking_at("-]")) fail("a range cannot be continued: escape this `-`");
  }

  std::optional<CodeSet> named_set() { return looking_at("\\") ? escaped_set() : std::nullopt; }

  std::uint32_t element() { return looking_at("\\") ? escaped_code() : utf8::decode(source_, at_); }

  CodeSet posix_set() {
    const std::size_t begin = at_;
    take("[:");
    const bool negated = take("^");
    for (const NamedSet& named : kPosixSets) {
      const std::string closed = std::string(named.name) + ":]";
      if (take(closed)) return negated ? complement(named.set) : named.set;
    }
    fail_at(begin,
            "there is no such class; `[:alpha:]` and its kind are known, `\\[` is a bracket");
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
  Flags flags_;
  Tree tree_;
};

}  // namespace

Tree parse(std::string_view source) { return Parser(source).run(); }

}  // namespace kestrel::pattern
