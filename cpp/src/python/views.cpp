// What views are made of: names, pins, and Python values for slots.
#include "views.hpp"

#include <algorithm>
#include <bit>
#include <exception>
#include <new>
#include <stdexcept>

#include "python_values.hpp"

namespace kestrel {

FieldNames::FieldNames(const Layout& layout) : by_slot_(layout.count(), nullptr) {
  for (std::uint32_t slot = 1; slot < layout.count(); ++slot) {
    const std::string& name = layout.slots[slot].name;
    if (name.empty() || name.starts_with("__")) continue;
    by_slot_[slot] = PyUnicode_InternFromString(name.c_str());
    if (by_slot_[slot] == nullptr) throw std::bad_alloc();
  }
  // Odd factors, tried until no two names share a place; names that do in the end are found by
  // text.
  std::uint64_t factor = 0x9e37'79b9'7f4a'7c15;
  const auto least = static_cast<std::uint32_t>(std::bit_width(by_slot_.size()));
  for (std::uint32_t attempt = 0; attempt < 64; ++attempt, factor += 0x6a09'e667'f3bc'c908)
    if (place_all(factor, least + 1 + attempt / 16)) return;
}

// False where two names share a place.
bool FieldNames::place_all(std::uint64_t factor, std::uint32_t bits) {
  entries_.assign(std::size_t{1} << bits, {});
  table_.entries = entries_.data();
  table_.factor = factor;
  table_.shift = 64 - bits;
  bool alone = true;
  for (std::uint32_t slot = 1; slot < by_slot_.size(); ++slot) {
    if (by_slot_[slot] == nullptr) continue;
    NameTable::Entry& entry = entries_[table_.place(by_slot_[slot])];
    alone = alone && entry.name == nullptr;
    if (entry.name == nullptr) entry = {by_slot_[slot], slot};
  }
  return alone;
}

FieldNames::~FieldNames() {
  const GilHeld gil;
  for (PyObject* name : by_slot_) Py_XDECREF(name);
}

std::uint32_t FieldNames::find_text(PyObject* name) const {
  for (std::uint32_t slot = 1; slot < by_slot_.size(); ++slot)
    if (by_slot_[slot] != nullptr && PyUnicode_Compare(by_slot_[slot], name) == 0) return slot;
  return 0;
}

// The mutex is not held while Python runs; of two threads that make the same names, one keeps its
// own.
const FieldNames& SchemaNames::of(const Layout& layout) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = names_.find(&layout);
    if (known != names_.end()) return *known->second;
  }
  auto made = std::make_unique<FieldNames>(layout);
  const std::lock_guard lock(mutex_);
  return *names_.try_emplace(&layout, std::move(made)).first->second;
}

Pin::Pin(SnapshotPtr its_snapshot, std::shared_ptr<SchemaNames> its_names, PyObject* its_schema,
         std::string its_key)
    : snapshot(std::move(its_snapshot)),
      names(std::move(its_names)),
      schema(its_schema),
      key(std::move(its_key)) {
  Py_INCREF(schema);
}

Pin::~Pin() {
  const GilHeld gil;
  Py_DECREF(schema);
}

namespace {

// Finds the way from a snapshot's pointer back to the pin that it keeps alive.
struct PinDeleter {
  Pin* pin;
  void operator()(Pin* p) const { delete p; }
};

}  // namespace

PinPtr make_pin(SnapshotPtr snapshot, std::shared_ptr<SchemaNames> names, PyObject* schema,
                std::string key) {
  auto* pin = new Pin(std::move(snapshot), std::move(names), schema, std::move(key));
  return std::shared_ptr<Pin>(pin, PinDeleter{pin});
}

SnapshotPtr snapshot_of_pin(const PinPtr& pin) { return {pin, pin->snapshot.get()}; }

PinPtr pin_of_snapshot(const SnapshotPtr& snapshot) {
  return {snapshot, std::get_deleter<PinDeleter>(snapshot)->pin};
}

namespace {

PyObject* integer_object(Row row, const Slot& s, std::uint32_t slot) {
  if (s.is_unsigned) return PyLong_FromUnsignedLongLong(row.raw(slot));
  return PyLong_FromLongLong(row.integer(slot));
}

PyObject* secret_object(std::string_view text) {
  if (!text.empty() && text.front() == '\1') return make_literal_secret(text.substr(1));
  return make_secret(text);
}

PyObject* tuple_object(const PinPtr& pin, Row row, const Layout& layout) {
  Owned tuple(PyTuple_New(layout.count() - 1));
  if (!tuple) return nullptr;
  for (std::uint32_t i = 1; i < layout.count(); ++i) {
    PyObject* item = slot_object(pin, row, layout, i);
    if (item == nullptr) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), i - 1, item);
  }
  return tuple.release();
}

PyObject* set_object(const PinPtr& pin, Row row, const Layout& layout, std::uint32_t slot) {
  Owned items(new_list_view(pin, row, layout, slot));
  return items ? PyFrozenSet_New(items.get()) : nullptr;
}

}  // namespace

PyObject* slot_object(const PinPtr& pin, Row row, const Layout& layout, std::uint32_t slot) {
  if (!row.present(slot)) Py_RETURN_NONE;
  const Slot& s = layout.slots[slot];
  switch (s.kind) {
    case Kind::unit: Py_RETURN_NONE;
    case Kind::boolean: return PyBool_FromLong(row.raw(slot) != 0);
    case Kind::integer: return integer_object(row, s, slot);
    case Kind::size: return PyLong_FromUnsignedLongLong(row.raw(slot));
    case Kind::real: return PyFloat_FromDouble(row.real(slot));
    case Kind::text: return text_object(row.text(slot));
    case Kind::choice: return text_object(s.choices[row.raw(slot)]);
    case Kind::bytes: return bytes_object(row.text(slot));
    case Kind::duration: return make_duration(row.integer(slot));
    case Kind::json: return json_object(row.text(slot));
    case Kind::secret: return secret_object(row.text(slot));
    case Kind::record:
      return new_record_view(pin, {row.nested(slot), s.layout->count()}, *s.layout);
    case Kind::sum: return new_variant_view(pin, {row.nested(slot), s.layout->count()}, *s.layout);
    case Kind::tuple: return tuple_object(pin, {row.nested(slot), s.layout->count()}, *s.layout);
    case Kind::list: return new_list_view(pin, row, layout, slot);
    case Kind::map: return new_map_view(pin, row, layout, slot);
    case Kind::set: return set_object(pin, row, layout, slot);
  }
  PyErr_SetString(PyExc_SystemError, "kestrel: a slot of no kind");
  return nullptr;
}

PyObject* refuse_pickle(PyObject* self, PyObject*) {
  PyErr_Format(PyExc_TypeError, "cannot pickle a '%s' object: send `to_json()` of the snapshot",
               Py_TYPE(self)->tp_name);
  return nullptr;
}

PyObject* return_self(PyObject* self, PyObject*) { return Py_NewRef(self); }

int refuse_setattr(PyObject* self, PyObject* name, PyObject*) {
  PyErr_Format(PyExc_AttributeError, "'%s' object is immutable: cannot set '%U'",
               Py_TYPE(self)->tp_name, name);
  return -1;
}

PyMethodDef kFrozenMethods[3] = {
    {"__reduce_ex__", refuse_pickle, METH_O, nullptr},
    {"__copy__", return_self, METH_NOARGS, nullptr},
    {"__deepcopy__", return_self, METH_O, nullptr},
};

void set_python_error() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  } catch (...) {
    PyErr_SetString(PyExc_SystemError, "kestrel: a view failed");
  }
}

}  // namespace kestrel
