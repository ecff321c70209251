// Reads a Doc's nodes as the decoder wants them (source.hpp). Plain scalars become what is asked
// for.
#pragma once

#include "source.hpp"

namespace kestrel {

class DocSource {
 public:
  struct Cursor {
    std::uint32_t left;
  };

  // `trusted`: made by the evaluator, where a bare integer is good for a Duration.
  DocSource(const Doc& doc, std::uint32_t depth, bool trusted = false, std::uint32_t from = 0)
      : doc_(&doc), at_(from), depth_left_(depth), trusted_(trusted) {}

  Shape shape() const;
  Mark mark() const { return at_; }
  void seek(Mark mark) { at_ = mark; }

  std::uint32_t depth_left() const { return depth_left_; }
  void rewind(Mark mark, std::uint32_t depth_left) {
    at_ = mark;
    depth_left_ = depth_left;
  }

  bool maybe_absent() const { return node().kind == DocKind::variant || shape() == Shape::null; }
  bool none();  // takes the option `None`
  void some();  // enters the option `Some`, if that is what stands here
  bool null();
  bool boolean(bool& value);
  bool small(std::int64_t& value);
  Got integer(ir::Int& value);
  bool real(double& value);
  std::string_view digits() {
    std::string_view token;
    text(token);
    return token;
  }
  bool core_boolean(bool& value);  // `true` and `false` alone
  bool text(std::string_view& out);
  bool bytes(std::string_view& out) { return take(DocKind::bytes, out); }
  bool secret(std::string_view& out) { return take(DocKind::secret, out); }
  bool duration(ir::Int& value);
  bool variant(std::string_view& name, std::uint32_t& count);

  Cursor open_map() { return open(); }
  Cursor open_list() { return open(); }
  bool more(Cursor& c) {
    if (c.left > 0) return --c.left, true;
    ++depth_left_;
    return false;
  }
  bool key_is(const QuickName& name);
  std::string_view key();
  Mark last_key() const { return key_; }

  void skip() { at_ = node().next; }
  void finish() const {}

  Span span(Mark mark) const { return {doc_->nodes[mark].begin, doc_->nodes[mark].end}; }
  Span key_span(Mark mark) const { return span(mark); }
  std::string key_text(Mark mark) const { return std::string(doc_->text(doc_->nodes[mark])); }
  std::string describe(Mark mark) const;

 private:
  const DocNode& node() const { return doc_->nodes[at_]; }
  bool take(DocKind kind, std::string_view& out);
  Cursor open();

  const Doc* doc_;
  Mark at_, key_ = 0;
  std::uint32_t depth_left_;
  bool trusted_;
};

}  // namespace kestrel
