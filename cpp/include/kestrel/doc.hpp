// An untyped document as it was written, before a schema reads it: what YAML, TOML, Python values and
// config expressions become. A flat list of nodes in writing order; JSON text takes a shorter way
// (decode.hpp reads either through one Source concept).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kestrel/ir.hpp"
#include "kestrel/issue.hpp"

namespace kestrel {

enum class DocKind : std::uint8_t {
  null,
  boolean,   // integer: 0 or 1
  integer,   // integer
  real,      // real
  text,      // text; a quoted or otherwise certain string
  plain,     // text; a YAML plain scalar: what it is, is said by the type that it meets
  bytes,     // text: raw bytes
  map,       // `count` entries follow: key node (text or plain), then value
  list,      // `count` items follow
  variant,   // text: the variant's name; `count` payload nodes follow (from expressions alone): one per
             // positional item, or a single map of named fields
  secret,    // text: a reference
  duration,  // integer: nanoseconds; from expressions and Python, where a Duration is no mere number
};

struct DocNode {
  DocKind kind;
  std::uint32_t count = 0;                       // map, list, variant
  std::uint32_t next = 0;                        // index after this node and all below it
  std::uint32_t text_at = 0, text_size = 0;      // into Doc::texts
  std::uint32_t begin = kNowhere, end = kNowhere;  // bytes of the source it came from
  std::uint32_t source = 0;                      // config expressions: the `.ks` file's number in the module
  ir::Int integer = 0;
  double real = 0;
};

class Doc {
 public:
  std::vector<DocNode> nodes;
  std::string texts;
  // Made by an expression: members and variants have their names in the schema, not those in data.
  bool schema_names = false;

  std::string_view text(const DocNode& n) const {
    return std::string_view(texts).substr(n.text_at, n.text_size);
  }

  // The nodes of another document from `first` on, as the next ones, without their places.
  void append(const Doc& other, std::uint32_t first = 0);

  // Building, in writing order. `open` returns the node's index for `close`, which counts its children.
  std::uint32_t open(DocKind kind, std::string_view text = {}, std::uint32_t begin = kNowhere,
                     std::uint32_t end = kNowhere);
  void close(std::uint32_t node);
  std::uint32_t scalar(DocKind kind, std::string_view text, std::uint32_t begin = kNowhere,
                       std::uint32_t end = kNowhere);
  std::uint32_t boolean(bool value, std::uint32_t begin = kNowhere, std::uint32_t end = kNowhere);
  std::uint32_t integer(ir::Int value, std::uint32_t begin = kNowhere, std::uint32_t end = kNowhere);
  std::uint32_t duration(ir::Int nanoseconds, std::uint32_t begin = kNowhere,
                         std::uint32_t end = kNowhere);
  std::uint32_t real(double value, std::uint32_t begin = kNowhere, std::uint32_t end = kNowhere);
};

}  // namespace kestrel
