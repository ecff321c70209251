#include "rows.hpp"

#include "encode.hpp"
#include "text.hpp"

namespace kestrel {
namespace {

// A payload of one item stands right below its variant's name; the value of a wrapper below its
// key.
bool is_silent(const Layout& layout, std::uint64_t slot) {
  const bool only_item = layout.is_tuple && !layout.name.empty() && layout.count() == 2;
  return only_item || layout.slots[slot].data_name.empty() || layout.slots[slot].flatten;
}

void put_step(std::string& out, const RowPath& step) {
  switch (step.what) {
  case RowPath::What::slot:
    if (!is_silent(*step.layout, step.number))
      put_pointer_step(out, step.layout->slots[step.number].data_name);
    return;
  case RowPath::What::key: return put_pointer_step(out, key_text(step.layout->slots[0], step.row));
  case RowPath::What::index: return put_pointer_step(out, std::to_string(step.number));
  case RowPath::What::variant:
    if (step.layout->tag.empty() && !step.layout->untagged)
      put_pointer_step(out, step.layout->variant_data[step.number]);
    return;
  }
}

}  // namespace

std::string pointer(const RowPath* path) {
  std::vector<const RowPath*> steps;
  for (; path; path = path->up) steps.push_back(path);
  std::string out;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) put_step(out, **step);
  return out;
}

}  // namespace kestrel
