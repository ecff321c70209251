#include "diff_redact.hpp"

#include <deque>

#include "kestrel/codec.hpp"

namespace kestrel {

namespace {

constexpr char kLiteral = '\1';  // layout.hpp: how a literal secret begins

bool is_literal(Row row, std::uint32_t slot) {
  return row.present(slot) && !row.text(slot).empty() && row.text(slot).front() == kLiteral;
}

bool has_literal(Row row, const Layout& layout);

bool any_literal(Block block, const Layout& element) {
  for (std::uint32_t i = 0; i < block.count(); ++i)
    if (has_literal(block.row(i), element)) return true;
  return false;
}

// A sum's payload is kept by its variant; other nested rows have the slot's own layout.
const Layout* payload_of(Row sum, const Layout& layout) {
  return layout.payloads[static_cast<std::size_t>(sum.raw(1))];
}

bool slot_has_literal(Row row, const Slot& s, std::uint32_t slot) {
  const auto nested = [&] { return Row(row.nested(slot), s.layout->count()); };
  switch (s.kind) {
    case Kind::secret: return is_literal(row, slot);
    case Kind::record:
    case Kind::tuple: return has_literal(nested(), *s.layout);
    case Kind::sum: {
      const Layout* payload = payload_of(nested(), *s.layout);
      return payload && has_literal({nested().nested(2), payload->count()}, *payload);
    }
    case Kind::list:
    case Kind::map:
    case Kind::set: return !s.tree && any_literal(row.block(slot, s.layout->count()), *s.layout);
    default: return false;
  }
}

bool has_literal(Row row, const Layout& layout) {
  for (std::uint32_t i = 0; i < layout.count(); ++i)
    if (row.present(i) && slot_has_literal(row, layout.slots[i], i)) return true;
  return false;
}

// Writes rows without literals. Parts of a row are made before it, and kept until it is written.
class Redactor {
 public:
  void row(Row row, const Layout& layout, Buffer& out) {
    RowWriter writer(layout, row);
    for (std::uint32_t i = 0; i < layout.count(); ++i)
      if (row.present(i) && slot_has_literal(row, layout.slots[i], i))
        writer.put_part(i, part(row, layout.slots[i], i), row.written(i));
    writer.append_to(out);
  }
  Tree tree(const Tree& tree, const Layout& element) {
    TreeBuilder builder;
    for (TreeCursor rows(tree); !rows.done(); rows.next()) {
      Buffer out;
      row({rows.row(), element.count()}, element, out);
      builder.add(out.data(), out.size());
    }
    return builder.finish();
  }

 private:
  std::string_view part(Row row, const Slot& s, std::uint32_t slot) {
    if (s.kind == Kind::secret) return kRedacted;
    Buffer& out = parts_.emplace_back();
    if (s.kind == Kind::sum)
      sum({row.nested(slot), s.layout->count()}, *s.layout, out);
    else if (s.kind == Kind::record || s.kind == Kind::tuple)
      this->row({row.nested(slot), s.layout->count()}, *s.layout, out);
    else
      return block(row.block(slot, s.layout->count()), *s.layout, out);
    return view(out, 0, out.size());
  }
  void sum(Row sum, const Layout& layout, Buffer& out) {
    const Layout& payload = *payload_of(sum, layout);
    Buffer& inner = parts_.emplace_back();
    row({sum.nested(2), payload.count()}, payload, inner);
    RowWriter writer(layout, sum);
    writer.put_part(2, view(inner, 0, inner.size()), sum.written(2));
    writer.append_to(out);
  }
  std::string_view block(Block block, const Layout& element, Buffer& out) {
    Buffer& inner = parts_.emplace_back();
    std::vector<std::uint32_t> starts;
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      starts.push_back(inner.size());
      row(block.row(i), element, inner);
    }
    std::vector<const std::uint8_t*> rows;
    for (const std::uint32_t start : starts) rows.push_back(inner.data() + start);
    const Ref ref = append_block(out, rows);
    return view(out, ref.offset, ref.size);
  }
  static std::string_view view(const Buffer& buffer, std::uint32_t at, std::uint32_t size) {
    return {reinterpret_cast<const char*>(buffer.data()) + at, size};
  }

  std::deque<Buffer> parts_;
};

}  // namespace

Shown::Shown(const Snapshot& snapshot, Row row, const Layout& layout, bool redacted)
    : snapshot_(snapshot), row_(row) {
  if (!redacted) return;
  Redactor redactor;
  if (has_literal(row, layout)) {
    redactor.row(row, layout, buffer_);
    row_ = {buffer_.data(), row.slots()};
  }
  if (!layout.spine) return;
  std::vector<Tree> trees;
  for (std::size_t t = 0; t < snapshot.trees().size(); ++t)
    trees.push_back(redactor.tree(snapshot.trees()[t], *snapshot.schema().trees()[t]->layout));
  other_.emplace(snapshot.schema_ptr(), snapshot.root_words(), std::move(trees));
}

namespace {

std::string redacted_json(const Snapshot& snapshot, bool written_only) {
  const Schema& schema = snapshot.schema();
  const Shown shown(snapshot, snapshot.root(), schema.root(), true);
  std::string out;
  if (schema.root_is_record())
    write_row(shown.snapshot(), shown.row(), schema.root(), written_only, out);
  else
    write_slot(shown.snapshot(), shown.row(), schema.root(), 1, written_only, out);
  return out;
}

}  // namespace

bool has_literals(const Snapshot& snapshot) {
  const Schema& schema = snapshot.schema();
  if (has_literal(snapshot.root(), schema.root())) return true;
  for (std::size_t t = 0; t < snapshot.trees().size(); ++t) {
    const Layout& element = *schema.trees()[t]->layout;
    for (TreeCursor rows(snapshot.trees()[t]); !rows.done(); rows.next())
      if (has_literal({rows.row(), element.count()}, element)) return true;
  }
  return false;
}

std::string redacted_document_json(const Snapshot& snapshot) {
  return redacted_json(snapshot, true);
}
std::string redacted_effective_json(const Snapshot& snapshot) {
  return redacted_json(snapshot, false);
}

}  // namespace kestrel
