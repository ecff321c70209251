// Out of snapshots: canonical JSON (RFC 8785, integers exact).
#include <algorithm>
#include <array>

#include "canonical.hpp"
#include "encode.hpp"
#include "formats.hpp"
#include "kestrel/codec.hpp"
#include "numbers.hpp"
#include "text.hpp"
#include "units.hpp"

namespace kestrel {
namespace {

class Encoder {
 public:
  Encoder(const std::vector<Tree>& trees, bool written_only, std::string& out,
          const SecretForm* form = nullptr)
      : trees_(trees), written_only_(written_only), form_(form), out_(out) {}

  void record(const Layout& layout, Row row) {
    if (!layout.flattened.empty() || layout.open) return put_collected(layout, row);
    char before = '{';
    for (const std::uint32_t slot : layout.sorted) {
      if (!stands(layout, row, slot)) continue;
      out_ += std::exchange(before, ',');
      out_ += layout.slots[slot].quoted;
      out_ += ':';
      value(layout, row, slot);
    }
    out_ += before == '{' ? "{}" : "}";
  }

  void value(const Layout& layout, Row row, std::uint32_t slot) {
    const Slot& s = layout.slots[slot];
    if (!row.present(slot))
      out_ += "null";
    else
      kWriters[static_cast<std::size_t>(s.kind)](*this, s, row, slot);
  }

 private:
  using Writer = void (*)(Encoder&, const Slot&, Row, std::uint32_t);
  template <void (Encoder::*write)(const Slot&, Row, std::uint32_t)>
  static void by(Encoder& e, const Slot& s, Row row, std::uint32_t slot) {
    (e.*write)(s, row, slot);
  }
  static const std::array<Writer, 17> kWriters;  // by Kind

  Encoder into(std::string& out) const { return {trees_, written_only_, out, form_}; }

  bool stands(const Layout& layout, Row row, std::uint32_t slot) const {
    if (!row.present(slot)) return false;
    return !written_only_ || (row.written(slot) && !layout.slots[slot].computed);
  }

  // ---- scalars
  void unit(const Slot&, Row, std::uint32_t) { out_ += "{}"; }
  void boolean(const Slot&, Row row, std::uint32_t slot) {
    out_ += row.raw(slot) != 0 ? "true" : "false";
  }
  void integer(const Slot& s, Row row, std::uint32_t slot) {
    put_integer(out_, s.is_unsigned ? static_cast<ir::Int>(row.raw(slot))
                                    : static_cast<ir::Int>(row.integer(slot)));
  }
  void real(const Slot& s, Row row, std::uint32_t slot) {
    s.single ? put_real32(out_, static_cast<float>(row.real(slot)))
             : put_real(out_, row.real(slot));
  }
  void text(const Slot&, Row row, std::uint32_t slot) { put_json_string(out_, row.text(slot)); }
  void bytes(const Slot&, Row row, std::uint32_t slot) {
    out_ += '"';
    put_base64(out_, row.text(slot));
    out_ += '"';
  }
  void duration(const Slot&, Row row, std::uint32_t slot) {
    out_ += '"';
    put_duration(out_, row.integer(slot));
    out_ += '"';
  }
  void size(const Slot& s, Row row, std::uint32_t slot) {
    out_ += '"';
    put_size(out_, row.raw(slot), Units::of(s.units).binary);
    out_ += '"';
  }
  void choice(const Slot& s, Row row, std::uint32_t slot) {
    put_json_string(out_, s.choice_data[row.raw(slot)]);
  }
  void json(const Slot&, Row row, std::uint32_t slot) { out_ += row.text(slot); }
  void secret(const Slot& s, Row row, std::uint32_t slot) {
    const std::string_view text = row.text(slot);
    if (!text.starts_with('\1'))
      put_json_string(out_, text);
    else if (form_ != nullptr)
      (*form_)(text.substr(1), out_);
    else if (s.scalar == "Json")
      out_ += text.substr(1);
    else
      put_json_string(out_, text.substr(1));
  }

  // ---- what has parts
  void nested(const Slot& s, Row row, std::uint32_t slot) {
    record(*s.layout, {row.nested(slot), s.layout->count()});
  }
  void tuple(const Slot& s, Row row, std::uint32_t slot) {
    positions(*s.layout, {row.nested(slot), s.layout->count()});
  }
  void positions(const Layout& layout, Row row) {
    out_ += '[';
    for (std::uint32_t i = 1; i < layout.count(); ++i) {
      if (i > 1) out_ += ',';
      value(layout, row, i);
    }
    out_ += ']';
  }
  void element(const Layout& layout, Row row, std::uint32_t slot) {
    if (slot == 0 || layout.wraps)
      value(layout, row, slot);
    else
      record(layout, row);
  }

  template <class F> void rows(const Slot& s, Row row, std::uint32_t slot, F&& f) {
    const std::uint32_t n = s.layout->count();
    if (s.tree) {
      for (TreeCursor c(trees_[row.raw(slot)]); !c.done(); c.next()) f(Row(c.row(), n));
      return;
    }
    const Block block = row.block(slot, n);
    for (std::uint32_t i = 0; i < block.count(); ++i) f(block.row(i));
  }

  // A set's item is its key.
  void list(const Slot& s, Row row, std::uint32_t slot) {
    char before = '[';
    rows(s, row, slot, [&](Row item) {
      out_ += std::exchange(before, ',');
      element(*s.layout, item, s.kind == Kind::set ? 0 : 1);
    });
    out_ += before == '[' ? "[]" : "]";
  }

  void map(const Slot& s, Row row, std::uint32_t slot) {
    if (s.layout->slots[0].kind != Kind::text) return unordered_map(s, row, slot);
    const std::size_t start = out_.size();
    char before = '{';
    bool high = false;
    rows(s, row, slot, [&](Row entry) {
      out_ += std::exchange(before, ',');
      high = high || has_high_text(entry.text(0));
      put_json_string(out_, entry.text(0));
      out_ += ':';
      element(*s.layout, entry, 1);
    });
    out_ += before == '{' ? "{}" : "}";
    if (!high) return;
    out_.resize(start);  // rows are in the order of UTF-8, which is not that of canonical JSON here
    unordered_map(s, row, slot);
  }

  void unordered_map(const Slot& s, Row row, std::uint32_t slot) {
    Members members;
    rows(s, row, slot, [&](Row entry) {
      members.emplace_back(key_text(s.layout->slots[0], entry), std::string());
      into(members.back().second).element(*s.layout, entry, 1);
    });
    put_members(out_, members);
  }

  // ---- records whose members come from several places
  void put_collected(const Layout& layout, Row row) {
    Members members;
    collect(layout, row, members);
    put_members(out_, members);
  }

  void collect(const Layout& layout, Row row, Members& members) {
    for (const std::uint32_t slot : layout.sorted) {
      if (!stands(layout, row, slot)) continue;
      const Slot& s = layout.slots[slot];
      if (s.flatten) {
        collect(*s.layout, {row.nested(slot), s.layout->count()}, members);
        continue;
      }
      members.emplace_back(s.data_name, std::string());
      into(members.back().second).value(layout, row, slot);
    }
    if (layout.open && row.present(layout.count() - 1))
      collect_json(row.text(layout.count() - 1), members);
  }

  // The members of an object that is canonical already.
  static void collect_json(std::string_view object, Members& members) {
    const Doc doc = parse_json(object, {.depth = 256});
    for (std::uint32_t i = 1; i < doc.nodes.size(); i = doc.nodes[i + 1].next) {
      const DocNode& value = doc.nodes[i + 1];
      members.emplace_back(doc.text(doc.nodes[i]),
                           object.substr(value.begin, value.end - value.begin));
    }
  }

  // ---- sums
  void sum(const Slot& s, Row row, std::uint32_t slot) {
    const Layout& layout = *s.layout;
    const Row sum(row.nested(slot), layout.count());
    const std::size_t variant = sum.raw(1);
    const Layout* below = layout.payloads[variant];
    const Row inner = below ? Row(sum.nested(2), below->count()) : Row();
    if (!layout.tag.empty()) return tagged(layout, variant, inner);
    if (!below) return put_json_string(out_, layout.variant_data[variant]);
    if (layout.untagged) return payload(*below, inner);
    out_ += '{';
    put_json_string(out_, layout.variant_data[variant]);
    out_ += ':';
    payload(*below, inner);
    out_ += '}';
  }

  void payload(const Layout& layout, Row row) {
    if (!layout.is_tuple)
      record(layout, row);
    else if (layout.count() == 2)
      value(layout, row, 1);
    else
      positions(layout, row);
  }

  void tagged(const Layout& layout, std::size_t variant, Row inner) {
    Members members{{layout.tag, json_string(layout.variant_data[variant])}};
    if (const Layout* below = layout.payloads[variant]) {
      if (!below->is_tuple)
        collect(*below, inner, members);
      else
        collect(*below->slots[1].layout, {inner.nested(1), below->slots[1].layout->count()},
                members);
    }
    put_members(out_, members);
  }

  const std::vector<Tree>& trees_;
  bool written_only_;
  const SecretForm* form_;
  std::string& out_;
};

const std::array<Encoder::Writer, 17> Encoder::kWriters{
    by<&Encoder::unit>,   by<&Encoder::boolean>, by<&Encoder::integer>,  by<&Encoder::real>,
    by<&Encoder::text>,   by<&Encoder::bytes>,   by<&Encoder::duration>, by<&Encoder::size>,
    by<&Encoder::choice>, by<&Encoder::json>,    by<&Encoder::secret>,   by<&Encoder::nested>,
    by<&Encoder::sum>,    by<&Encoder::tuple>,   by<&Encoder::list>,     by<&Encoder::map>,
    by<&Encoder::list>};

std::string encode(const Snapshot& snapshot, bool written_only, const SecretForm* form = nullptr) {
  std::string out;
  Encoder encoder(snapshot.trees(), written_only, out, form);
  const Layout& root = snapshot.schema().root();
  if (snapshot.schema().root_is_record())
    encoder.record(root, snapshot.root());
  else
    encoder.value(root, snapshot.root(), 1);
  return out;
}

}  // namespace

std::string key_text(const Slot& key, Row entry) {
  std::string text;
  switch (key.kind) {
  case Kind::text: return std::string(entry.text(0));
  case Kind::choice: return key.choice_data[entry.raw(0)];
  case Kind::boolean: return entry.raw(0) != 0 ? "true" : "false";
  case Kind::duration: put_duration(text, entry.integer(0)); break;
  case Kind::size: put_size(text, entry.raw(0), false); break;
  default:
    put_integer(text, key.is_unsigned ? static_cast<ir::Int>(entry.raw(0))
                                      : static_cast<ir::Int>(entry.integer(0)));
  }
  return text;
}

void write_value(const std::vector<Tree>& trees, Row row, const Layout& layout, std::uint32_t slot,
                 bool written_only, std::string& out) {
  Encoder(trees, written_only, out).value(layout, row, slot);
}

std::string document_json(const Snapshot& snapshot) { return encode(snapshot, true); }
std::string document_json(const Snapshot& snapshot, const SecretForm& form) {
  return encode(snapshot, true, &form);
}
std::string effective_json(const Snapshot& snapshot) { return encode(snapshot, false); }

void write_slot(const Snapshot& snapshot, Row row, const Layout& layout, std::uint32_t slot,
                bool written_only, std::string& out) {
  write_value(snapshot.trees(), row, layout, slot, written_only, out);
}

void write_row(const Snapshot& snapshot, Row row, const Layout& layout, bool written_only,
               std::string& out) {
  Encoder(snapshot.trees(), written_only, out).record(layout, row);
}

}  // namespace kestrel
