// Reading canonical JSON text part by part. The text is the core's own, so only its few forms are
// read.
#pragma once

#include <string>
#include <string_view>

namespace kestrel {

// The parts of an object or array, as they stand in the text. A name is what lies between its
// quotes.
class JsonParts {
 public:
  explicit JsonParts(std::string_view text) : text_(text), at_(1) {}

  bool done() {
    if (at_ < text_.size() && text_[at_] == ',') ++at_;
    return at_ + 1 >= text_.size();
  }
  std::string_view name() {
    const std::size_t begin = at_ + 1;
    skip_string();
    return text_.substr(begin, at_++ - 1 - begin);  // and past the colon
  }
  std::string_view value() {
    const std::size_t begin = at_;
    std::uint32_t depth = 0;
    do {
      const char c = text_[at_];
      if (c == '"') {
        skip_string();
        continue;
      }
      depth += c == '{' || c == '[';
      depth -= c == '}' || c == ']';
      ++at_;
    } while (depth > 0 || !ends_value());
    return text_.substr(begin, at_ - begin);
  }

 private:
  bool ends_value() const {
    return at_ + 1 >= text_.size() || text_[at_] == ',' || text_[at_] == ']' || text_[at_] == '}';
  }
  void skip_string() {
    for (++at_; text_[at_] != '"'; ++at_) at_ += text_[at_] == '\\';
    ++at_;
  }
  std::string_view text_;
  std::size_t at_;
};

// What a name (or a string, without its quotes) means.
std::string unescaped(std::string_view text);

}  // namespace kestrel
