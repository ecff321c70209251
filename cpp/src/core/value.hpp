// What the evaluator computes with: 32 bytes, copied freely. Data stay where they are (in rows, in
// the program, in the evaluation's arena); a value refers to them.
#pragma once

#include <cstdint>
#include <string_view>

#include "kestrel/ir.hpp"
#include "kestrel/layout.hpp"

namespace kestrel::eval {

using ir::Int;

struct Node;
struct Entry;
struct MadeVariant;

enum class Tag : std::uint8_t {
  unit,
  none,  // the absent option
  boolean,
  integer,
  real,
  text,
  bytes,
  choice,   // a variant without payload (`text` its name), or a literal
  json,     // canonical text
  secret,   // a reference
  row,      // a record or tuple in a snapshot
  sum,      // a sum with payloads in a snapshot
  view,     // a list, map or set in a snapshot
  list,     // a made list, set or tuple
  entries,  // a made map or record: ascending by key
  variant,  // a made variant with payload
  closure,  // a function given as an argument
};

// What a number counts or how wide it is: how it is shown, and what a document gets.
enum class Unit : std::uint8_t { number, duration, size, single };

enum class Shape : std::uint8_t { list, map, set };

struct Value {
  struct Chars {
    const char* data;
    std::size_t size;
  };
  struct RowRef {
    const std::uint8_t* bytes;
    const Layout* layout;
  };
  struct View {
    const void* data;  // a Block's bytes, or a Tree
    const Layout* element;
  };
  struct Items {
    const Value* data;
    std::uint64_t size;
  };
  struct Entries {
    const Entry* data;
    std::uint64_t size;
  };
  struct Closure {
    const Node* lambda;
    Value* frame;
  };

  union {
    Int integer;
    double real;
    bool boolean;
    Chars chars;
    RowRef row;
    View view;
    Items items;
    Entries entries;
    Closure closure;
    const MadeVariant* variant;
  };
  const ir::At* at;      // where an expression made it; null if unknown
  std::uint32_t number;  // choice: the variant's number; kNowhere if unknown
  Tag tag;
  std::uint8_t wraps;  // in how many `Some`s it stands
  union {
    Unit unit;    // integer, real
    Shape shape;  // view
  };
  union {
    bool in_tree;  // view
    bool made;     // choice: by an expression
  };

  bool is(Tag t) const { return tag == t && wraps == 0; }
  bool is_none() const { return is(Tag::none); }
  std::string_view text() const { return {chars.data, chars.size}; }
  Row data_row() const { return {row.bytes, row.layout->count()}; }

  static Value of(Tag tag) {
    Value v;
    v.integer = 0;
    v.at = nullptr;
    v.number = kNowhere;
    v.tag = tag;
    v.wraps = 0;
    v.unit = Unit::number;
    v.in_tree = false;
    return v;
  }
  static Value of_bool(bool b) {
    Value v = of(Tag::boolean);
    v.boolean = b;
    return v;
  }
  static Value of_int(Int i, Unit unit = Unit::number) {
    Value v = of(Tag::integer);
    v.integer = i;
    v.unit = unit;
    return v;
  }
  static Value of_text(std::string_view s, Tag tag = Tag::text) {
    Value v = of(tag);
    v.chars = {s.data(), s.size()};
    return v;
  }
  static Value of_real(double d);  // NaN made canonical
  static Value of_row(Row r, const Layout& layout) {
    Value v = of(layout.is_sum ? Tag::sum : Tag::row);
    v.row = {r.bytes(), &layout};
    return v;
  }
  static Value of_items(const Value* data, std::size_t size) {
    Value v = of(Tag::list);
    v.items = {data, size};
    return v;
  }
  static Value of_entries(const Entry* data, std::size_t size) {
    Value v = of(Tag::entries);
    v.entries = {data, size};
    return v;
  }
};
static_assert(sizeof(Value) == 32);

struct Entry {
  Value key, value;
};

struct MadeVariant {
  std::string_view name;
  Value::Items payload;
};

inline Value some(Value v) {
  ++v.wraps;
  return v;
}
inline Value unwrap(Value v) {
  --v.wraps;
  return v;
}

}  // namespace kestrel::eval
