// Reads values by a schema's layouts, from any source (source.hpp), into rows and trees. It goes on
// after an error, so that one run finds all of them; what it has made is of use only if there were
// none.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "issues.hpp"
#include "kestrel/row_writer.hpp"
#include "source.hpp"
#include "spell.hpp"

namespace kestrel {

struct ReadMode {
  bool written = true;        // what is read stands in the document; else it is derived
  bool schema_names = false;  // members and variants by their names in the schema
  bool partial = false;       // members may be missing; nothing is derived, no rule is checked
  // Called where a row of a layout without a blank is due (while a schema is being compiled).
  std::function<void(const Layout&)> prepare = {};
};

// A small set of slots.
class SlotSet {
 public:
  explicit SlotSet(std::uint32_t slots) : words_(&one_) {
    if (slots <= 64) return;
    many_.resize(bitmap_words(slots));
    words_ = many_.data();
  }
  SlotSet(const SlotSet&) = delete;
  SlotSet& operator=(const SlotSet&) = delete;
  std::uint64_t& word(std::uint32_t i) { return words_[i]; }
  bool has(std::uint32_t slot) { return word(slot / 64) >> slot % 64 & 1; }
  void add(std::uint32_t slot) { word(slot / 64) |= std::uint64_t{1} << slot % 64; }

 private:
  std::uint64_t* words_;
  std::uint64_t one_ = 0;
  std::vector<std::uint64_t> many_;
};

template <class S> class Decoder {
 public:
  Decoder(S& source, IssueList& issues, std::vector<Tree>& trees, std::size_t layouts,
          ReadMode mode)
      : in_(source), issues_(issues), trees_(trees), mode_(std::move(mode)), names_(layouts) {}

  // The value at the cursor, which is the whole document; its row begins at 0 of `out()`.
  void document(const Layout& root, bool is_record);
  // The value of one slot: a row of `layout` in which only it is present. Is it a value (not
  // absent)?
  bool only_slot(const Layout& layout, std::uint32_t slot);
  Buffer& out() { return out_; }

 private:
  enum class Outcome : std::uint8_t { value, absent, failed };

  // Where a slot is being made: its row and its own 8 bytes, as positions in `out_`.
  struct Target {
    std::uint32_t row, at;
  };
  // A step of the path from the root to what is being read; steps live on the stack.
  struct Step {
    enum What : std::uint8_t { member, index, word } what;
    const Step* up;
    std::uint32_t number;  // member: mark of the key; index: which
    const char* text = nullptr;
  };
  class Entered {
   public:
    Entered(Decoder& d, typename Step::What what, std::uint32_t number, const char* text = nullptr)
        : d_(d), step_{what, d.top_, number, text} {
      d_.top_ = &step_;
    }
    ~Entered() { d_.top_ = step_.up; }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;

   private:
    Decoder& d_;
    Step step_;
  };
  // A record being read.
  struct Record {
    const Layout& layout;
    std::uint32_t row;
    SlotSet seen, lost;  // members met; those of them that gave no value
    SlotSet quiet;       // values that no member gave
    std::uint32_t last_part = 0;
    bool disordered = false;
    std::string_view tag = {};  // a member that is not the record's own: the variant's name
    Mark begin;                 // the map that it is read from
    Record(const Layout& l, std::uint32_t r, Mark b)
        : layout(l), row(r), seen(l.count()), lost(l.count()), quiet(l.count()), begin(b) {}
    std::uint64_t given(std::uint32_t word) { return seen.word(word) & ~lost.word(word); }
    bool is_given(std::uint32_t slot) { return given(slot / 64) >> slot % 64 & 1; }
  };
  // A member that is none of the record's own slots.
  struct Loose {
    std::string name;
    Mark key, value;
    bool used = false;
  };
  // Members' names of a layout, and by slot the one whose member came next the last time: documents
  // repeat themselves.
  struct Names {
    std::vector<std::uint32_t> follows;
    std::vector<QuickName> quick;
  };
  using LooseMembers = std::vector<Loose>;
  using Reader = bool (*)(Decoder&, const Slot&, Target);
  template <bool (Decoder::*read)(const Slot&, Target)>
  static bool by(Decoder& d, const Slot& slot, Target t) {
    return (d.*read)(slot, t);
  }

  // ---- issues (decode_issues.hpp)
  using Values = std::vector<std::pair<std::string, std::string>>;
  std::string path() const;
  bool report(const char* code, Span span, Values values);
  bool reject(const char* code, Mark mark, Values values);  // blames the value at `mark`
  bool wrong(const std::string& expected, Mark mark);       // and passes it over
  bool wrong(const Slot& slot, Mark mark) { return wrong(slot.type_name, mark); }
  bool wrong_secret(const Slot& slot, Mark mark);
  void hide(Mark mark);
  bool refused(const Slot& slot, Mark mark, ir::Int value, const std::string& shown);
  bool bad_text(const Slot& slot, Mark mark, std::string_view text);
  bool not_a_choice(const Slot& slot, Mark mark, std::string_view name);
  void unknown(const Layout& layout, const Loose& member);
  void missing(const Layout& layout, std::uint32_t slot, Mark begin);

  // ---- scalars (decode_scalars.hpp)
  Outcome value(const Slot& slot, Target t);
  Outcome null_value(const Slot& slot);
  bool read_unit(const Slot&, Target);
  bool read_boolean(const Slot&, Target);
  bool read_integer(const Slot&, Target);
  bool read_real(const Slot&, Target);
  bool read_text(const Slot&, Target);
  bool read_bytes(const Slot&, Target);
  bool read_duration(const Slot&, Target);
  bool read_size(const Slot&, Target);
  bool read_choice(const Slot&, Target);
  bool read_json(const Slot&, Target);
  bool read_secret(const Slot&, Target);
  bool put_integer_value(const Slot&, Target, Mark, ir::Int, const std::string& shown);
  bool put_text_value(const Slot&, Target, Mark, std::string_view);
  bool put_choice(const Slot&, Target, Mark, std::string_view name);
  bool canonical(std::string& out);
  bool key_value(const Slot& slot, Target t, Mark mark, std::string_view text);

  // ---- rows (decode_rows.hpp)
  std::uint32_t open_row(const Layout& layout);
  void close_row(Record& record);
  void reorder(Record& record);
  static void note_order(Record& record, std::uint32_t slot);
  void put_bits(Record& record);
  bool read_record(const Slot&, Target);
  bool fields(Record& record);
  int slot_of(const Layout& layout, std::string_view name) const;
  Names& names_of(const Layout& layout);
  void member(Record& record, std::uint32_t slot);
  void member_at(Record& record, std::uint32_t slot, Mark key);
  void take_loose(Record& record, LooseMembers& loose);
  void flatten(Record& record, LooseMembers& loose);
  bool flat_record(Record& record, std::uint32_t slot, LooseMembers& loose);
  bool holds(const Layout& layout, std::string_view name) const;
  void keep_open(Record& record, LooseMembers& loose);

  // ---- collections (decode_collections.hpp)
  bool read_list(const Slot&, Target);
  bool read_map(const Slot&, Target);
  bool read_set(const Slot&, Target);
  bool read_tuple(const Slot&, Target);
  void entry(const Layout& layout, std::string_view key, Mark mark);
  void element_value(const Layout& layout, std::uint32_t row, bool keyed);
  struct Rows;
  using RowPointers = std::vector<const std::uint8_t*>;
  std::uint64_t next_row(Rows& rows);
  void flush(Rows& rows);
  void put_collection(Target t, Rows& rows);
  void put_block(Target t, Rows& rows);
  void put_tree(Rows& rows);
  bool in_key_order(const Layout& layout, const RowPointers& rows) const;
  void sort_rows(Rows& rows, RowPointers& pointers);
  bool tuple_items(const Layout& layout, std::uint32_t row);

  // ---- sums (decode_sums.hpp)
  bool read_sum(const Slot&, Target);
  bool bare_variant(const Slot&, Target, Mark);
  bool one_key_sum(const Slot&, Target, Mark);
  bool variant_node(const Slot&, Target, Mark);
  bool tagged_sum(const Slot&, Target, Mark);
  bool untagged_sum(const Slot&, Target, Mark);
  bool try_variant(const Slot&, Target, std::size_t variant);
  bool fits_shape(const Slot& slot, std::size_t variant, Shape shape) const;
  int variant_of(const Slot& slot, std::string_view name) const;
  bool no_variant(const Slot& slot, Mark mark, std::string_view name);
  template <class Fill>
  bool put_variant(const Slot& slot, Target t, std::size_t variant, Fill fill);
  bool payload(const Layout& layout, std::uint32_t row);
  bool positions(const Layout& layout, std::uint32_t row, std::uint32_t count, Mark mark);
  bool tagged_fields(const Layout& layout, std::uint32_t row, std::string_view tag);
  bool find_tag(const std::string& tag, std::string& name, Mark& mark);

  // ---- bytes
  void put(Target t, std::uint64_t raw) { store(out_.data() + t.at, raw); }
  void put_part(Target t, std::string_view part) {
    const auto size = static_cast<std::uint32_t>(part.size());
    if (size == 0) return store(out_.data() + t.at, std::uint64_t{0});
    const std::uint32_t begin = out_.append(part.data(), size);  // may move what `data` gives
    store(out_.data() + t.at, Ref{begin - t.row, size});
  }
  void put_nested(Target t, std::uint32_t begin) {
    store(out_.data() + t.at, Ref{begin - t.row, out_.size() - begin});
  }
  Target target(const Layout& layout, std::uint32_t row, std::uint32_t slot) const {
    return {row, row + 8 + 16 * bitmap_words(layout.count()) + 8 * slot};
  }
  void set_present(const Layout& layout, std::uint32_t row, std::uint32_t slot) {
    std::uint8_t* present = out_.data() + row + 8 + 8 * (slot / 64);
    const std::uint64_t bit = std::uint64_t{1} << slot % 64;
    store(present, load<std::uint64_t>(present) | bit);
    if (!mode_.written) return;
    std::uint8_t* written = present + 8 * bitmap_words(layout.count());
    store(written, load<std::uint64_t>(written) | bit);
  }

  static const std::array<Reader, 17> kReaders;

  S& in_;
  IssueList& issues_;
  std::vector<Tree>& trees_;
  ReadMode mode_;
  std::vector<Names> names_;  // by layout
  Buffer out_, scratch_;
  const Step* top_ = nullptr;
  bool trying_ = false;  // an untagged variant is being tried: issues are counted, not made
  std::uint32_t trials_left_ = 100'000;
};

}  // namespace kestrel
