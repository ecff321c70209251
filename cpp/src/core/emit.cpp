// A value → a document: what a default, a `when`, a `compute` or a config makes of its schema's
// field.
#include "kestrel/codec.hpp"
#include "node.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

// A document node is larger than most values: this many steps stand for its memory.
constexpr std::uint64_t kStepsPerNode = 64;

class Emitter {
 public:
  Emitter(const Node& n, Eval& e, Doc& out) : n_(n), e_(e), out_(out) {}

  void put(const Value& v, const ir::At* outside) {
    const ir::At* at = v.at ? v.at : outside;
    e_.spend(n_, kStepsPerNode);
    const auto first = static_cast<std::uint32_t>(out_.nodes.size());
    put_value(unwrapped(v), at ? *at : ir::At{}, at);
    if (at && first < out_.nodes.size()) out_.nodes[first].source = at->source;
  }

 private:
  static Value unwrapped(Value v) {
    v.wraps = 0;
    return v;
  }

  void put_value(const Value& v, const ir::At& where, const ir::At* at) {
    const std::uint32_t begin = at ? where.begin : kNowhere, end = at ? where.end : kNowhere;
    switch (v.tag) {
      case Tag::unit:
      case Tag::none: out_.scalar(DocKind::null, {}, begin, end); return;
      case Tag::boolean: out_.boolean(v.boolean, begin, end); return;
      case Tag::integer: return put_integer(v, begin, end);
      case Tag::real: out_.real(v.real, begin, end); return;
      case Tag::text: out_.scalar(DocKind::text, v.text(), begin, end); return;
      case Tag::bytes: out_.scalar(DocKind::bytes, v.text(), begin, end); return;
      case Tag::choice: return put_choice(v, begin, end);
      case Tag::json: return put_json(v.text());
      case Tag::secret: return put_secret(v.text(), begin, end);
      case Tag::row: return put_row(v, at, out_.open(kind_of_row(v), {}, begin, end));
      case Tag::sum:
      case Tag::variant: return put_variant(v, at, begin, end);
      case Tag::view:
      case Tag::list:
      case Tag::entries: return put_items(v, at, begin, end);
      case Tag::closure: type_error(n_, v);
    }
  }

  void put_integer(const Value& v, std::uint32_t begin, std::uint32_t end) {
    if (v.unit == Unit::duration)
      out_.duration(v.integer, begin, end);
    else
      out_.integer(v.integer, begin, end);
  }

  // What a row holds as a choice may be a variant or a literal: its name is both.
  void put_choice(const Value& v, std::uint32_t begin, std::uint32_t end) {
    if (!v.made) {
      out_.scalar(DocKind::text, v.text(), begin, end);
      return;
    }
    out_.close(out_.open(DocKind::variant, v.text(), begin, end));
  }

  void put_secret(std::string_view secret, std::uint32_t begin, std::uint32_t end) {
    const bool literal = secret.starts_with('\1');
    out_.scalar(literal ? DocKind::text : DocKind::secret, secret.substr(literal), begin, end);
  }

  static DocKind kind_of_row(const Value& v) {
    return v.row.layout->is_tuple ? DocKind::list : DocKind::map;
  }

  // What is derived is left to be derived again.
  void put_row(const Value& v, const ir::At* at, std::uint32_t node) {
    const Layout& layout = *v.row.layout;
    for (std::uint32_t i = 1; i < layout.count(); ++i) {
      const Slot& slot = layout.slots[i];
      if (!e_.given(v.data_row(), i) || slot.computed) continue;
      if (i == layout.rest()) {
        put_rest(v.data_row().text(i));
        continue;
      }
      if (!layout.is_tuple) out_.scalar(DocKind::text, slot.name);
      put(read_slot(n_, e_, v.data_row(), layout, i), at);
    }
    out_.close(node);
  }

  void put_variant(const Value& v, const ir::At* at, std::uint32_t begin, std::uint32_t end) {
    const std::uint32_t node = out_.open(DocKind::variant, variant_name(n_, v), begin, end);
    const Value payload = variant_payload(n_, e_, v);
    if (payload.tag == Tag::row && payload.row.layout->is_tuple) return put_row(payload, at, node);
    if (payload.tag == Tag::row)
      put(payload, at);
    else if (payload.tag == Tag::list)
      put_all(payload, at);
    out_.close(node);
  }

  void put_items(const Value& v, const ir::At* at, std::uint32_t begin, std::uint32_t end) {
    const bool map = v.tag == Tag::entries || (v.tag == Tag::view && v.shape == Shape::map);
    const std::uint32_t node = out_.open(map ? DocKind::map : DocKind::list, {}, begin, end);
    put_all(v, at);
    out_.close(node);
  }

  void put_all(const Value& v, const ir::At* at) {
    Walk walk(n_, e_, v);
    for (Value item; walk.next(item);) {
      if (!walk.is_map()) {
        put(item, at);
      } else if (!item.is_none()) {
        put_key(walk.key());
        put(item, at);
      }
    }
  }

  void put_key(const Value& key) {
    const std::uint32_t begin = key.at ? key.at->begin : kNowhere,
                        end = key.at ? key.at->end : kNowhere;
    const std::uint32_t node = out_.scalar(DocKind::text, show(n_, e_, key), begin, end);
    if (key.at) out_.nodes[node].source = key.at->source;
  }

  void put_json(std::string_view text) { out_.append(parse_json(text)); }

  // The members that an open record keeps besides its own.
  void put_rest(std::string_view text) { out_.append(parse_json(text), 1); }

  const Node& n_;
  Eval& e_;
  Doc& out_;
};

}  // namespace

void emit(const Node& n, Eval& e, const Value& v, Doc& out) {
  out.schema_names = true;
  Emitter(n, e, out).put(v, &n.at);
}

}  // namespace kestrel::eval
