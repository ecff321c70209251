// A value as a person writes it: what `{x}` puts into a text.
#include "node.hpp"
#include "numbers.hpp"
#include "text.hpp"
#include "units.hpp"
#include "walk.hpp"

namespace kestrel::eval {
namespace {

constexpr std::size_t kMaxShown = std::size_t{1} << 20;

class Shower {
 public:
  Shower(const Node& n, Eval& e) : n_(n), e_(e) {}

  // Texts stand bare at the outside, quoted inside of other values.
  void put(const Value& v, bool outermost) {
    e_.spend(n_, 1);
    if (out_.size() > kMaxShown) fail(n_, "memory", "this text becomes too long");
    if (v.wraps > 0) return put(unwrap(v), outermost);
    switch (v.tag) {
      case Tag::unit: out_ += "()"; return;
      case Tag::none: out_ += "None"; return;
      case Tag::boolean: out_ += v.boolean ? "true" : "false"; return;
      case Tag::integer: return put_number(v);
      case Tag::real: return put_real_number(v);
      case Tag::text: return put_text(v, outermost);
      case Tag::bytes: return put_bytes(v.text());
      case Tag::choice:
      case Tag::json: out_ += v.text(); return;
      case Tag::secret: out_ += "<secret>"; return;
      case Tag::row: return put_row(v);
      case Tag::sum:
      case Tag::variant: return put_variant(v);
      case Tag::view:
      case Tag::list:
      case Tag::entries: return put_items(v);
      case Tag::closure: type_error(n_, v);
    }
  }

  std::string_view kept() { return e_.keep(n_, out_); }

 private:
  void put_number(const Value& v) {
    constexpr Int lo = INT64_MIN, hi = INT64_MAX;
    if (v.unit == Unit::duration && v.integer >= lo && v.integer <= hi)
      put_duration(out_, static_cast<std::int64_t>(v.integer));
    else if (v.unit == Unit::size && v.integer >= 0 && v.integer <= Int{UINT64_MAX})
      put_size(out_, static_cast<std::uint64_t>(v.integer), false);
    else
      put_integer(out_, v.integer);
  }

  void put_real_number(const Value& v) {
    if (v.unit == Unit::single)
      put_real32(out_, static_cast<float>(v.real));
    else
      put_real(out_, v.real);
  }

  void put_text(const Value& v, bool outermost) {
    if (outermost)
      out_ += v.text();
    else
      put_json_string(out_, v.text());
  }

  void put_bytes(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    for (const char c : bytes) {
      out_.push_back(digits[static_cast<unsigned char>(c) >> 4]);
      out_.push_back(digits[static_cast<unsigned char>(c) & 15]);
    }
  }

  void put_row(const Value& v) {
    const Layout& layout = *v.row.layout;
    const char* separator = "";
    out_ += layout.is_tuple ? "(" : "{";
    for (std::uint32_t i = 1; i < layout.count(); ++i) {
      if (!v.data_row().present(i)) continue;
      out_ += separator;
      separator = ", ";
      if (!layout.is_tuple) out_ += layout.slots[i].name + ": ";
      put(read_slot(n_, e_, v.data_row(), layout, i), false);
    }
    out_ += layout.is_tuple ? ")" : "}";
  }

  void put_variant(const Value& v) {
    out_ += variant_name(n_, v);
    const Value payload = variant_payload(n_, e_, v);
    if (payload.tag == Tag::unit) return;
    if (payload.tag == Tag::row) return put_row(payload);
    out_ += "(";
    put_all(payload);
    out_ += ")";
  }

  void put_items(const Value& v) {
    const bool braces = v.tag == Tag::entries || (v.tag == Tag::view && v.shape != Shape::list);
    out_ += braces ? "{" : "[";
    put_all(v);
    out_ += braces ? "}" : "]";
  }

  void put_all(const Value& v) {
    const char* separator = "";
    Walk walk(n_, e_, v);
    for (Value item; walk.next(item); separator = ", ") {
      out_ += separator;
      if (walk.is_map()) put(walk.key(), true);
      if (walk.is_map()) out_ += ": ";
      put(item, false);
    }
  }

  const Node& n_;
  Eval& e_;
  std::string out_;
};

}  // namespace

std::string_view show(const Node& n, Eval& e, const Value& v) {
  if (v.is(Tag::text) || v.is(Tag::choice)) return v.text();
  Shower shower(n, e);
  shower.put(v, true);
  return shower.kept();
}

}  // namespace kestrel::eval
