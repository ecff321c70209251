// Makes a Schema's layouts from its bundle; programs and blank rows come after (schema.cpp).
#pragma once

#include <map>
#include <tuple>

#include "kestrel/layout.hpp"

namespace kestrel {

class RowWriter;

class LayoutBuilder {
 public:
  explicit LayoutBuilder(Schema& schema) : schema_(schema) {}
  void run();

 private:
  // Where a layout's slots came from, for the programs.
  struct Origin {
    Layout* layout;
    const ir::Decl* record;                // null: a payload
    const std::vector<ir::Field>* fields;  // slot 1 is the first
  };
  struct Condition {
    Layout* layout;
    std::uint32_t slot;
    const ir::Expr* where;
    std::string text;
  };

  // ---- layouts (layout.cpp)
  void make_root();
  const Layout* record(const ir::Decl& decl, const ir::Type* key);
  const Layout* spine(const ir::Decl& decl);
  const Layout* element(const ir::Type& value, const ir::Type* key);
  const Layout* set_item(const ir::Type& item);
  const Layout* tuple(const ir::Type& type);
  const Layout* sum(const ir::Decl& decl);
  const Layout* payload(const ir::Decl& sum, const ir::Variant& variant);
  Layout& add(std::string name);
  void put_key(Layout& layout, const ir::Type* key);
  void put_record(Layout& layout, const ir::Decl& decl);
  void put_fields(Layout& layout, const std::vector<ir::Field>& fields, const std::string& style);
  void put_positions(Layout& layout, const std::vector<const ir::Type*>& items);
  Slot& put_slot(Layout& layout, const ir::Type& type);

  // ---- slots (slot.cpp)
  void read_type(Layout& layout, std::uint32_t slot, const ir::Type& type);
  const ir::Type* unwrap(Layout& layout, std::uint32_t slot, const ir::Type& type);
  void read_base(Layout& layout, Slot& slot, const ir::Type& base);
  void read_named(Layout& layout, Slot& slot, const ir::Decl& decl);
  void read_collection(Layout& layout, Slot& slot, const ir::Type& type);
  const ir::Decl& declared(const std::string& name);
  const ir::Decl* plain_record(const ir::Type& type);  // a record without refinement or option

  // ---- what needs all layouts (schema.cpp)
  void index_all();
  void index(Layout& layout);
  static void find_item_key(Slot& slot);
  void number_trees();
  void compile_all();
  void compile_fields(const Origin& origin);
  void compile_record(const Origin& origin);
  void compile_conditions();
  void make_blanks();
  void make_blank(Layout& layout);
  void put_default(Layout& layout, std::uint32_t slot, RowWriter& row, std::vector<Tree>& trees);
  void mark_all();
  bool spread();

  Schema& schema_;
  std::vector<Origin> origins_;
  std::vector<Condition> conditions_;
  std::map<std::tuple<const void*, const void*, int>, const Layout*> made_;
  std::vector<const ir::Decl*> spine_path_;
  std::uint32_t spines_ = 0;
  std::vector<const Layout*> making_;             // blanks, the innermost last
  std::vector<std::vector<std::uint64_t>> kept_;  // values that blanks are made of
  std::size_t kept_words_ = 0;
};

}  // namespace kestrel
