#include "change_dict.hpp"

#include <array>

#include "python_values.hpp"
#include "views.hpp"

namespace kestrel {

namespace {

// A closed set of texts, each made once.
template <std::size_t N>
class Texts {
 public:
  explicit Texts(const std::array<const char*, N>& texts) {
    for (std::size_t i = 0; i < N; ++i) made_[i] = PyUnicode_InternFromString(texts[i]);
  }
  PyObject* operator[](std::size_t i) const { return made_[i]; }

 private:
  std::array<PyObject*, N> made_;  // kept for good
};

enum Name { op, path, from, old, value, type, reload, marks, rule, key_path, secret, name_count };

PyObject* name_of(Name name) {
  static const Texts<name_count> names({"op", "path", "from", "old", "value", "type", "reload",
                                        "marks", "rule", "key_path", "secret"});
  return names[name];
}

// In the order of ChangeOp.
PyObject* op_name(ChangeOp op) {
  static const Texts<4> names({"add", "remove", "replace", "move"});
  return names[static_cast<std::size_t>(op)];
}

// In the order of ChangeRule.
PyObject* rule_name(ChangeRule rule) {
  static const Texts<8> names({"V01", "V02", "V03", "V04", "V05", "V06", "V07", "V08"});
  return names[static_cast<std::size_t>(rule)];
}

bool is_secret(const Change& change) {
  return change.layout && change.slot != kWholeRow &&
         change.layout->slots[change.slot].kind == Kind::secret;
}

// Values that are the same in documents and in Python, without the way over JSON text; null,
// without an exception, for the others.
PyObject* plain_value(const Change& change, const std::uint8_t* at) {
  if (change.layout == nullptr || change.slot == kWholeRow) return nullptr;
  const Row row(at, change.layout->count());
  if (!row.present(change.slot)) return nullptr;
  const Slot& s = change.layout->slots[change.slot];
  switch (s.kind) {
    case Kind::boolean: return PyBool_FromLong(row.raw(change.slot) != 0);
    case Kind::integer:
      return s.is_unsigned ? PyLong_FromUnsignedLongLong(row.raw(change.slot))
                           : PyLong_FromLongLong(row.integer(change.slot));
    case Kind::text: return text_object(row.text(change.slot));
    case Kind::choice: return text_object(s.choice_data[row.raw(change.slot)]);
    default: return nullptr;
  }
}

PyObject* old_object(const ChangeSet& set, const Change& change, bool redacted) {
  PyObject* plain = plain_value(change, change.old_at);
  if (plain != nullptr || PyErr_Occurred()) return plain;
  return json_object(set.old_value(change, redacted));
}

PyObject* new_object(const ChangeSet& set, const Change& change, bool redacted) {
  PyObject* plain = plain_value(change, change.new_at);
  if (plain != nullptr || PyErr_Occurred()) return plain;
  return json_object(set.new_value(change, redacted));
}

PyObject* list_of(const std::vector<std::string_view>& texts) {
  Owned list(PyList_New(static_cast<Py_ssize_t>(texts.size())));
  for (std::size_t i = 0; list && i < texts.size(); ++i) {
    PyObject* text = text_object(texts[i]);
    if (text == nullptr) return nullptr;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), text);
  }
  return list.release();
}

// A dict being filled; the first failure is kept as Python's exception.
class Filling {
 public:
  Filling() : dict_(PyDict_New()), ok_(bool(dict_)) {}
  Filling& put(Name name, PyObject* borrowed) {
    ok_ = ok_ && PyDict_SetItem(dict_.get(), name_of(name), borrowed) == 0;
    return *this;
  }
  Filling& take(Name name, PyObject* made) {
    const Owned owned(made);
    ok_ = ok_ && made != nullptr && PyDict_SetItem(dict_.get(), name_of(name), made) == 0;
    return *this;
  }
  PyObject* done() { return ok_ ? dict_.release() : nullptr; }

 private:
  Owned dict_;
  bool ok_;
};

bool has_old(const Change& c) { return c.op == ChangeOp::remove || c.op == ChangeOp::replace; }
bool has_new(const Change& c) { return c.op == ChangeOp::add || c.op == ChangeOp::replace; }

bool in_keyed_list(const ChangeSet& set, const Change& change) {
  bool keyed = false;
  set.each_step(change, [&](const PathStep& step) {
    keyed |= step.what == PathStep::What::index && step.slot && !step.slot->item_key.empty();
  });
  return keyed;
}

}  // namespace

PyObject* change_dict(const ChangeSet& set, const Change& change) {
  return guarded<PyObject*>(nullptr, [&] {
    Filling dict;
    dict.put(op, op_name(change.op)).take(path, text_object(set.path(change)));
    if (change.op == ChangeOp::move) dict.take(from, text_object(set.from_path(change)));
    if (has_old(change)) dict.take(old, old_object(set, change, true));
    if (has_new(change)) dict.take(value, new_object(set, change, true));
    dict.take(type, text_object(set.type(change)))
        .take(reload, text_object(set.reload(change)))
        .take(marks, list_of(set.marks(change)))
        .put(rule, rule_name(change.rule));
    if (in_keyed_list(set, change)) dict.take(key_path, text_object(set.key_path(change)));
    if (is_secret(change)) dict.put(secret, Py_True);
    return dict.done();
  });
}

PyObject* patch_dict(const ChangeSet& set, const Change& change, bool redact) {
  return guarded<PyObject*>(nullptr, [&] {
    Filling dict;
    dict.put(op, op_name(change.op)).take(path, text_object(set.path(change)));
    if (change.op == ChangeOp::move) dict.take(from, text_object(set.from_path(change)));
    if (has_new(change)) dict.take(value, new_object(set, change, redact));
    return dict.done();
  });
}

}  // namespace kestrel
