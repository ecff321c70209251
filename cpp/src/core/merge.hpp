// One document over another: records member by member, maps entry by entry, lists with a key item by
// item; any other value is one, and stands whole on one side.
#pragma once

#include "node.hpp"

namespace kestrel::eval {

// Which side's value stands where both have one; `neither`: it is a disagreement unless they are equal.
enum class Precedence : std::uint8_t { over, base, neither };

struct Disagreement {
  std::string path;  // JSON Pointer, names as in data
  std::string base, over;
};

class Merger {
 public:
  Merger(const Node& n, Eval& e, const ir::Bundle& bundle, Precedence precedence)
      : n_(n), e_(e), bundle_(bundle), precedence_(precedence) {}

  // Both are documents of `type`, in part or whole.
  Value merge(const Value& base, const Value& over, const ir::Type* type);
  const std::vector<Disagreement>& disagreements() const { return disagreements_; }

 private:
  const ir::Decl* declared(const ir::Type* type) const;
  Value whole(const Value& base, const Value& over, const ir::Type* type);
  Value record(const Value& base, const Value& over, const ir::Decl& decl);
  Value map(const Value& base, const Value& over, const ir::Type* value);
  Value list(const Value& base, const Value& over, const ir::Type* type);
  Value one(const Value& base, const Value& over);
  template <class Inside>
  Value entries(const Value& base, const Value& over, Inside inside);
  std::string identity(const Value& item, const ir::Type* list);

  const Node& n_;
  Eval& e_;
  const ir::Bundle& bundle_;
  Precedence precedence_;
  std::string path_;
  std::vector<Disagreement> disagreements_;
};

}  // namespace kestrel::eval
