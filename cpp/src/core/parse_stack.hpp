// The LALR(1) automaton's stack, and the tree that grows on it.
#pragma once

#include <string_view>
#include <vector>

#include "kestrel/parse.hpp"

namespace kestrel::parse {

struct Token {
  std::uint16_t terminal;
  Range range;
};

// A symbol that has been read. Its children are pending_[kids ..] up to the next frame's.
struct Frame {
  std::uint16_t state;
  std::uint32_t kids;
  Range range;
  std::uint32_t brackets;  // how many are open after it
};

enum class Step : std::uint8_t { kShifted, kFinished, kRefused, kTooDeep };

class Stack {
 public:
  Stack(const Grammar& grammar, const Start& start, std::size_t text_size);

  // Make the reductions that the token asks for, then take it. kFinished: the start rule is whole.
  // kRefused: it cannot stand here, and nothing was changed.
  Step advance(const Token& token, std::uint32_t brackets);

  // Would the parser, cut back to `size` frames, take this terminal? Exact: the reductions are
  // played through, so merged lookaheads of the table do not matter.
  [[nodiscard]] bool accepts(std::uint16_t terminal, std::size_t size) const {
    return plays(terminal, size, nullptr);
  }
  [[nodiscard]] bool accepts(std::uint16_t terminal) const { return accepts(terminal, size()); }

  [[nodiscard]] std::vector<std::uint16_t> expected() const;
  [[nodiscard]] std::size_t size() const { return frames_.size(); }
  [[nodiscard]] const Frame& frame(std::size_t at) const { return frames_[at]; }

  [[nodiscard]] const Frame& top() const { return frames_.back(); }

  // Forget all but the first `size` frames.
  void cut(std::size_t size);

  // The finished tree's nodes; the stack is of no use afterwards.
  void give(Tree& tree);

 private:
  // A reduction by `rule`, after which the parser is in `state`.
  struct Move {
    std::uint16_t rule;
    std::uint16_t state;
  };

  bool plays(std::uint16_t terminal, std::size_t size, std::vector<Move>* plan) const;
  [[nodiscard]] bool climbs(const Rule& rule) const;
  bool reduce(const Rule& rule, std::uint16_t state, std::uint32_t next_begin);
  void settle_children(const Rule& rule, std::size_t base);
  void insert_absent(const Rule& rule, std::size_t base);
  bool make_node(const Rule& rule, std::uint32_t first, Range range);
  [[nodiscard]] Range range_of(std::size_t base, std::uint32_t next_begin) const;

  // Where in pending_ the children of a frame end.
  [[nodiscard]] std::size_t kids_end(std::size_t at) const {
    return at + 1 == frames_.size() ? pending_.size() : frames_[at + 1].kids;
  }

  const Grammar& grammar_;
  const Start& start_;
  std::vector<Frame> frames_;
  std::vector<std::uint32_t> pending_;  // children of symbols that are not yet in a node
  std::vector<std::uint32_t> settled_;
  std::vector<Move> plan_;
  mutable std::vector<std::uint16_t> played_;  // of `plays`; kept, so that it need not grow again
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> kids_;
};

}  // namespace kestrel::parse
