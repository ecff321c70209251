// Collects what is wrong with one document, up to a limit; what is beyond it is counted.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "kestrel/codec.hpp"
#include "kestrel/issue.hpp"

namespace kestrel {

class IssueList {
 public:
  explicit IssueList(std::uint32_t limit) : limit_(limit) {}

  bool full() const { return issues_.size() >= limit_; }
  bool empty() const { return issues_.empty(); }
  std::size_t size() const { return issues_.size() + more_; }
  void add(Issue issue) {
    if (full())
      ++more_;
    else
      issues_.push_back(std::move(issue));
  }
  void count_one() { ++more_; }
  void hide(std::string path, Place at) {
    if (at.begin != kNowhere) hidden_.push_back({std::move(path), at.begin, at.end});
  }
  std::vector<Hidden> hidden() && { return std::move(hidden_); }
  // Takes back what was counted since `size()` was `size`; nothing was added meanwhile.
  void forget(std::size_t size) { more_ = size - issues_.size(); }

  // Throws Invalid if there is anything.
  void raise() {
    if (issues_.empty()) return;
    if (more_ > 0)
      issues_.push_back(
          {.code = "KS0418", .values = {{"count", std::to_string(more_)}}, .path = ""});
    throw Invalid{std::move(issues_), std::move(hidden_)};
  }

 private:
  std::uint32_t limit_;
  std::size_t more_ = 0;
  Issues issues_;
  std::vector<Hidden> hidden_;
};

}  // namespace kestrel
