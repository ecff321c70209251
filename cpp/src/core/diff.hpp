// The walk that finds the changes. One Differ makes one ChangeSet; its methods are spread over
// files by what they compare: diff.cpp (records, sums, slots), diff_maps.cpp, diff_lists.cpp,
// json_diff.cpp.
#pragma once

#include <string_view>

#include "diff_align.hpp"
#include "kestrel/change.hpp"
#include "kestrel/layout.hpp"

namespace kestrel {

// Which members are compared: those that are written, or all that have a value.
enum class Compared : std::uint8_t { written, present };

class Differ {
 public:
  explicit Differ(ChangeSet& out)
      : out_(out), what_(out.effective ? Compared::present : Compared::written) {}
  void run();

 private:
  using What = PathStep::What;

  // A step of the path for as long as it lives; it stays in the change set if a change is found
  // below it.
  class Step {
   public:
    Step(Differ& differ, What what, const Slot* slot, const std::uint8_t* at,
         std::uint32_t number = 0)
        : differ_(differ), up_(differ.step_), changes_(differ.out_.changes.size()) {
      auto& steps = differ.out_.path_steps;
      differ.step_ = static_cast<std::uint32_t>(steps.size());
      PathStep& step = steps.emplace_back();
      step.what = what;
      step.up = up_;
      step.number = number;
      step.slot = slot;
      step.at = at;
    }
    Step(Differ& differ, What what, std::string_view name)
        : Step(differ, what, nullptr, reinterpret_cast<const std::uint8_t*>(name.data()),
               static_cast<std::uint32_t>(name.size())) {}
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() {
      if (differ_.out_.changes.size() == changes_) differ_.out_.path_steps.pop_back();
      differ_.step_ = up_;
    }

   private:
    Differ& differ_;
    std::uint32_t up_;
    std::size_t changes_;  // found before
  };

  // diff.cpp
  void record(Row a, Row b, const Layout& layout);
  void member(Row a, Row b, const Layout& layout, std::uint32_t slot);
  void rest(Row a, Row b, const Layout& layout);  // an open record's unknown members
  void flattened(Row a, Row b, const Layout& layout, std::uint32_t slot);
  void value(Row a, Row b, const Layout& layout, std::uint32_t slot);
  bool descend(Row a, Row b, const Slot& s, std::uint32_t slot);
  bool sum(Row a, Row b, const Layout& layout);
  bool payload_values(Row a, Row b, const Layout& payload);
  bool tuple(Row a, Row b, const Layout& layout);
  void item(Row a, Row b, const Layout& layout);  // an entry of a map, an item of a list
  void emit(ChangeOp op, ChangeRule rule, Row a, Row b, const Layout& layout, std::uint32_t slot);
  Change& emit(ChangeOp op, ChangeRule rule);

  // diff_maps.cpp
  void map(Row a, Row b, const Slot& s, std::uint32_t slot);
  void set(Row a, Row b, const Slot& s, std::uint32_t slot);
  template <class Cursor>
  void merge_map(Cursor a, Cursor b, const Slot& s);
  template <class Cursor>
  void merge_set(Cursor a, Cursor b, const Slot& s);

  // diff_lists.cpp
  struct ListGaps;
  void list(Row a, Row b, const Slot& s, std::uint32_t slot);
  void changed_list(const ListGaps& gaps, const Slot& s);
  void list_pair(const ListGaps& gaps, const ListScript::Pair& pair, const Slot& s);
  void list_edits(const ListGaps& gaps, const Origins& origins);

  // json_diff.cpp
  void json(std::string_view a, std::string_view b);
  void json_object(std::string_view a, std::string_view b);
  void json_array(std::string_view a, std::string_view b);
  void emit_json(ChangeOp op, ChangeRule rule, std::string_view a, std::string_view b);

  // Notes what becomes of a row of the tree that is being compared, if one is.
  void edit(RowEdit::What what, std::uint64_t at, const std::uint8_t* row);
  template <class F>
  void inside(F f);  // a row, where nothing is a tree's
  // Compares two collections through `f(rows of a, rows of b)`, as trees or as blocks.
  template <class F>
  void collection(Row a, Row b, const Slot& s, std::uint32_t slot, F f);

  // Does this member stand in what is compared?
  bool stands(Row row, std::uint32_t slot) const {
    return what_ == Compared::present ? row.present(slot) : row.written(slot);
  }

  ChangeSet& out_;
  const Compared what_;
  std::uint32_t step_ = kNoStep;  // the innermost
  std::uint32_t tree_ = kNone;    // the tree being compared; kNone inside its rows
};

// The bytes that a slot's value is: its number, or the part of the tail that it refers to.
std::string_view slot_bytes(Row row, const Layout& layout, std::uint32_t slot);

// Are two unequal rows near enough for one to be edited into the other?
bool similar_rows(Row a, Row b, const Layout& layout, Compared what);

}  // namespace kestrel
