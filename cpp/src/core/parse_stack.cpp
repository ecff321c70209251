#include "parse_stack.hpp"

#include <algorithm>

namespace kestrel::parse {

namespace {

std::uint32_t index(std::size_t size) { return static_cast<std::uint32_t>(size); }

}  // namespace

Stack::Stack(const Grammar& grammar, const Start& start, std::size_t text_size)
    : grammar_(grammar), start_(start) {
  frames_.reserve(256);
  frames_.push_back({start.first, 0, {0, 0}, 0});
  nodes_.reserve(text_size / 4 + 16);
  kids_.reserve(text_size / 4 + 16);
}

Step Stack::advance(const Token& token, std::uint32_t brackets) {
  plan_.clear();
  if (!plays(token.terminal, size(), &plan_)) return Step::kRefused;
  for (const Move& move : plan_) {
    if (!reduce(grammar_.rules[move.rule], move.state, token.range.begin)) return Step::kTooDeep;
  }
  if (frames_.back().state == start_.last) return Step::kFinished;
  const int action = grammar_.action(frames_.back().state, token.terminal);
  frames_.push_back(
      {static_cast<std::uint16_t>(action - 1), index(pending_.size()), token.range, brackets});
  pending_.push_back(index(nodes_.size()));
  nodes_.push_back({token.range, 0, 0, token.terminal, 0, true});
  return Step::kShifted;
}

bool Stack::plays(std::uint16_t terminal, std::size_t size, std::vector<Move>* plan) const {
  std::size_t played = 0;  // states in played_ that the reductions put on the first `size` frames
  std::uint16_t state = frames_[size - 1].state;
  for (;;) {
    const int action = grammar_.action(state, terminal);
    if (action >= 0) return action > 0;
    const auto number = static_cast<std::uint16_t>(-action - 1);
    const Rule& rule = grammar_.rules[number];
    const std::size_t from_played = std::min<std::size_t>(rule.length, played);
    played -= from_played;
    size -= rule.length - from_played;
    state = grammar_.after(played == 0 ? frames_[size - 1].state : played_[played - 1], rule);
    if (played == played_.size()) played_.emplace_back();
    played_[played++] = state;
    if (plan != nullptr) plan->push_back({number, state});
    if (terminal == kEndOfText && state == start_.last) return true;
  }
}

std::vector<std::uint16_t> Stack::expected() const {
  std::vector<std::uint16_t> found;
  for (std::uint16_t terminal = 0; terminal < grammar_.terminals.size(); ++terminal) {
    if (accepts(terminal)) found.push_back(terminal);
  }
  return found;
}

void Stack::cut(std::size_t size) {
  if (size == frames_.size()) return;
  pending_.resize(frames_[size].kids);
  frames_.resize(size);
}

void Stack::give(Tree& tree) {
  tree.root = pending_.front();
  tree.nodes = std::move(nodes_);
  tree.kids = std::move(kids_);
}

// Most reductions climb the levels of expressions and change nothing but the state.
bool Stack::climbs(const Rule& rule) const {
  if (rule.length != 1 || rule.dropped != 0 || rule.nones != kDead) return false;
  return rule.inlined || (rule.expands && pending_.size() == frames_.back().kids + 1);
}

// False if the tree would be too high.
bool Stack::reduce(const Rule& rule, std::uint16_t state, std::uint32_t next_begin) {
  if (climbs(rule)) {
    frames_.back().state = state;
    return true;
  }
  const std::size_t base = frames_.size() - rule.length;
  const Range range = range_of(base, next_begin);
  const std::uint32_t first = rule.length > 0 ? frames_[base].kids : index(pending_.size());
  const std::uint32_t brackets = frames_.back().brackets;
  settle_children(rule, base);
  const std::size_t count = pending_.size() - first;
  const bool passes_through = rule.inlined || (rule.expands && count == 1);
  if (!passes_through && !make_node(rule, first, range)) return false;
  frames_.resize(base);
  frames_.push_back({state, first, range, brackets});
  return true;
}

// From the first token to the last. An empty rule lies between two tokens: it begins where the next
// one does and ends where the last one did, so that what holds it neither begins nor ends with it.
Range Stack::range_of(std::size_t base, std::uint32_t next_begin) const {
  if (base == frames_.size()) return {next_begin, frames_.back().range.end};
  return {frames_[base].range.begin, frames_.back().range.end};
}

// Take out the children that are punctuation, put in those that are absent.
void Stack::settle_children(const Rule& rule, std::size_t base) {
  if (rule.nones != kDead) return insert_absent(rule, base);
  if (rule.dropped == 0) return;
  std::size_t kept = frames_[base].kids;
  for (std::size_t at = 0; at < rule.length; ++at) {
    if ((rule.dropped >> at & 1u) != 0) continue;
    const std::size_t begin = frames_[base + at].kids;
    const std::size_t end = kids_end(base + at);
    if (kept == begin) {  // it stays where it is: a long list does not move for each of its items
      kept = end;
      continue;
    }
    for (std::size_t kid = begin; kid < end; ++kid) pending_[kept++] = pending_[kid];
  }
  pending_.resize(kept);
}

void Stack::insert_absent(const Rule& rule, std::size_t base) {
  const std::uint8_t* absent = grammar_.nones + rule.nones;
  const std::size_t first = rule.length > 0 ? frames_[base].kids : pending_.size();
  settled_.clear();
  for (std::size_t at = 0; at < rule.length; ++at) {
    settled_.insert(settled_.end(), absent[at], kAbsent);
    if ((rule.dropped >> at & 1u) != 0) continue;
    const std::size_t end = kids_end(base + at);
    for (std::size_t kid = frames_[base + at].kids; kid < end; ++kid) {
      settled_.push_back(pending_[kid]);
    }
  }
  settled_.insert(settled_.end(), absent[rule.length], kAbsent);
  pending_.resize(first);
  pending_.insert(pending_.end(), settled_.begin(), settled_.end());
}

bool Stack::make_node(const Rule& rule, std::uint32_t first, Range range) {
  std::uint16_t height = 0;
  for (std::size_t kid = first; kid < pending_.size(); ++kid) {
    if (pending_[kid] != kAbsent) height = std::max(height, nodes_[pending_[kid]].height);
  }
  if (++height > kMaxHeight) return false;
  const std::uint32_t count = index(pending_.size()) - first;
  nodes_.push_back({range, index(kids_.size()), count, rule.name, height, false});
  kids_.insert(kids_.end(), pending_.begin() + first, pending_.end());
  pending_.resize(first);
  pending_.push_back(index(nodes_.size() - 1));
  return true;
}

}  // namespace kestrel::parse
