// One walk over the text, a frame for each open group:
//
//   regex    = sequence ("|" sequence)*          sequence = (item repeat?)*
//   repeat   = ("*" | "+" | "?" | "{n}" | "{n,}" | "{n,m}") "?"?
//   item     = character | "." | "^" | "$" | "[" class "]" | "\" escape | "(" group ")"
//   group    = regex | "?:" regex | "?P<name>" regex | "?<name>" regex | "?" flags | "?" flags ":" regex
//
// A `{` that begins no repetition is a character, as in Go.
#include "regex_syntax.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "text.hpp"
#include "utf8.hpp"

namespace kestrel {
namespace {

constexpr std::uint32_t kMaxRepeat = 1000;
constexpr std::size_t kMaxDepth = 1000;

constexpr std::array<std::string_view, 14> kPosixClasses{
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
    "lower", "print", "punct", "space", "upper", "word",  "xdigit"};

bool is_octal(char c) { return c >= '0' && c <= '7'; }

bool holds(std::string_view letters, char c) {
  return letters.find(c) != std::string_view::npos;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  const char* fault() {
    if (invalid_utf8(rest_) != std::string_view::npos) return "not UTF-8";
    while (!rest_.empty() && !fault_) step();
    if (fault_) return fault_;
    return frames_.size() > 1 ? "a `(` is never closed" : nullptr;
  }

 private:
  // Of a sequence: whether something stands there that can be repeated, how often it may be repeated
  // already, and how often the most repeated part may.
  struct Frame {
    bool item = false, repeated = false;
    std::uint32_t last = 1, most = 1;
  };

  Frame& frame() { return frames_.back(); }
  void fail(const char* why) { fault_ = fault_ ? fault_ : why; }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view s) {
    if (!rest_.starts_with(s)) return false;
    rest_.remove_prefix(s.size());
    return true;
  }
  void put_item(std::uint32_t repeats = 1) {
    frame().item = true;
    frame().repeated = false;
    frame().last = repeats;
    frame().most = std::max(frame().most, repeats);
  }

  void step() {
    if (take('(')) return open();
    if (take(')')) return close();
    if (take('|')) {
      frame().item = frame().repeated = false;
      return;
    }
    if (take('[')) return char_class(), put_item();
    if (take('\\')) return escape();
    if (holds("*+?", rest_[0])) return rest_.remove_prefix(1), repeat(1);
    std::uint32_t times;
    if (rest_[0] == '{' && count(times)) return repeat(times);
    character();
    put_item();
  }

  std::uint32_t character() {
    std::size_t at = 0;
    const std::uint32_t code = utf8::decode(rest_, at);
    rest_.remove_prefix(at);
    return code;
  }

  // ---- repetitions
  void repeat(std::uint32_t times) {
    if (!frame().item) return fail("there is nothing before a repetition (`*`, `+`, `?`, `{n}`)");
    if (frame().repeated) return fail("a repetition follows a repetition");
    if (times > kMaxRepeat || times * frame().last > kMaxRepeat)
      return fail("a repetition counts beyond 1000, or its bounds are in the wrong order");
    take('?');
    const std::uint32_t all = std::max(times, 1u) * frame().last;
    frame().repeated = true;
    frame().last = all;
    frame().most = std::max(frame().most, all);
  }

  // `{n}`, `{n,}` or `{n,m}`, if that is what stands there; `times` is beyond the limit where it
  // has no meaning.
  bool count(std::uint32_t& times) {
    std::string_view in = rest_.substr(1);
    std::uint32_t low, high;
    if (!number(in, low)) return false;
    high = low;
    if (in.starts_with(',')) {
      in.remove_prefix(1);
      if (!in.starts_with('}') && !number(in, high)) return false;
    }
    if (!in.starts_with('}')) return false;
    rest_ = in.substr(1);
    times = high < low ? kMaxRepeat + 1 : high;
    return true;
  }

  // Decimal, without a leading zero; what is beyond the limit stays just beyond it.
  static bool number(std::string_view& in, std::uint32_t& value) {
    const std::size_t n = std::find_if_not(in.begin(), in.end(), is_digit) - in.begin();
    if (n == 0 || (n > 1 && in[0] == '0')) return false;
    value = 0;
    for (const char c : in.substr(0, n))
      value = std::min(value * 10 + static_cast<std::uint32_t>(c - '0'), kMaxRepeat + 1);
    in.remove_prefix(n);
    return true;
  }

  // ---- groups
  void open() {
    if (take('?') && flags_alone()) return;
    if (frames_.size() > kMaxDepth) return fail("groups are nested too deeply");
    frames_.emplace_back();
  }

  void close() {
    if (frames_.size() == 1) return fail("a `)` closes no group");
    const std::uint32_t inside = frame().most;
    frames_.pop_back();
    put_item(inside);
  }

  // What stands after `(?`: true if it was `(?flags)`, which is no group.
  bool flags_alone() {
    if (take("P<") || (!rest_.starts_with("<=") && !rest_.starts_with("<!") && take('<')))
      return name(), false;
    bool off = false, any = true;
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      const char c = rest_[0];
      if (any && (c == ')' || c == ':')) return rest_.remove_prefix(1), c == ')';
      if (c == '-' && !off)
        off = true, any = false;
      else if (holds("imsU", c))
        any = true;
      else
        break;
    }
    return fail("`(?` begins no group that RE2 knows; there is no lookaround"), false;
  }

  void name() {
    const auto word = [](char c) { return is_digit(c) || is_letter(c) || c == '_'; };
    const std::size_t n = std::find_if_not(rest_.begin(), rest_.end(), word) - rest_.begin();
    const std::string_view own = rest_.substr(0, n);
    rest_.remove_prefix(n);
    if (n == 0 || !take('>')) return fail("a group's name is not letters, digits and `_` up to `>`");
    if (std::find(names_.begin(), names_.end(), own) != names_.end())
      return fail("two groups have one name");
    names_.push_back(own);
  }

  // ---- escapes
  void escape() {
    if (take('Q')) return quoted();
    if (!rest_.empty() && holds("AbBz", rest_[0])) return rest_.remove_prefix(1), put_item();
    if (!named_class()) escaped();
    put_item();
  }

  // `\Q…\E`: characters as they are. Without its end it would swallow what a program puts behind.
  void quoted() {
    const std::size_t n = rest_.find("\\E");
    if (n == std::string_view::npos) return fail("a `\\Q` has no `\\E`");
    if (n != 0) put_item();
    rest_.remove_prefix(n + 2);
  }

  // `\d` and its kind, `\pL`, `\p{Greek}`: after the backslash.
  bool named_class() {
    if (rest_.empty() || !holds("dDsSwWpP", rest_[0])) return false;
    const bool unicode = (rest_[0] | 32) == 'p';
    rest_.remove_prefix(1);
    if (unicode && !take('{')) {
      if (rest_.empty() || !holds("CLMNPSZ", rest_[0])) fail("`\\p` names no class of characters");
      if (!rest_.empty()) rest_.remove_prefix(1);
    } else if (unicode) {
      const std::size_t n = rest_.find('}');
      if (n == std::string_view::npos || n == 0) return fail("`\\p{` names no class"), true;
      rest_.remove_prefix(n + 1);
    }
    return true;
  }

  // One character: after the backslash.
  std::uint32_t escaped() {
    if (rest_.empty()) return fail("a backslash stands at the end"), 0u;
    const char c = rest_[0];
    if (is_octal(c) && (c == '0' || (rest_.size() > 1 && is_octal(rest_[1])))) return octal();
    if (is_digit(c)) return fail("backreferences (`\\1`) are unknown to RE2"), 0u;
    if (take('x')) return hex();
    constexpr std::string_view controls = "afnrtv", codes = "\a\f\n\r\t\v";
    if (const std::size_t i = controls.find(c); i != std::string_view::npos)
      return rest_.remove_prefix(1), static_cast<std::uint32_t>(codes[i]);
    if (is_letter(c) || static_cast<unsigned char>(c) >= 0x80)
      return fail("an escape such as `\\y` has no meaning"), 0u;
    return character();
  }

  std::uint32_t octal() {
    std::uint32_t code = 0;
    for (int n = 0; n < 3 && !rest_.empty() && is_octal(rest_[0]); ++n, rest_.remove_prefix(1))
      code = code * 8 + static_cast<std::uint32_t>(rest_[0] - '0');
    return code;
  }

  std::uint32_t hex() {
    const bool braces = take('{');
    std::uint32_t code = 0, digits = 0;
    for (; !rest_.empty() && is_hex(rest_[0]) && digits < (braces ? 8u : 2u); ++digits) {
      const char c = rest_[0];
      code = code * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
      rest_.remove_prefix(1);
    }
    if (!(braces ? digits > 0 && take('}') : digits == 2) || code > utf8::kMax)
      fail("`\\x` is followed by two hexadecimal digits, or by `{…}`");
    return code;
  }

  // ---- classes
  void char_class() {
    take('^');
    for (bool first = true; !fault_ && (first || !take(']')); first = false) {
      if (rest_.empty()) return fail("a `[` is never closed");
      member();
    }
  }

  void member() {
    if (posix_class()) return;
    if (rest_[0] == '\\' && rest_.size() > 1 && holds("dDsSwWpP", rest_[1])) {
      rest_.remove_prefix(1);
      named_class();
      return;
    }
    const std::uint32_t low = element();
    if (rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') return;
    rest_.remove_prefix(1);
    if (element() < low) fail("a range such as `z-a` runs backwards");
  }

  std::uint32_t element() { return take('\\') ? escaped() : character(); }

  bool posix_class() {
    const std::size_t end = rest_.starts_with("[:") ? rest_.find(":]", 2) : std::string_view::npos;
    if (end == std::string_view::npos) return false;
    std::string_view own = rest_.substr(2, end - 2);
    if (own.starts_with('^')) own.remove_prefix(1);
    if (std::find(kPosixClasses.begin(), kPosixClasses.end(), own) == kPosixClasses.end())
      fail("`[:…:]` names no class of characters");
    rest_.remove_prefix(end + 2);
    return true;
  }

  std::string_view rest_;
  const char* fault_ = nullptr;
  std::vector<Frame> frames_{1};
  std::vector<std::string_view> names_;
};

}  // namespace

const char* regex_fault(std::string_view text) { return Reader(text).fault(); }

}  // namespace kestrel
