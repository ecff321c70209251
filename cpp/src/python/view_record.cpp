// Views of rows: Snapshot (the root), Record, Variant. A field is an attribute; its value is made
// at the first access and kept in the view.
#include <Python.h>

#include <cstddef>
#include <new>
#include <string>

#include "kestrel/change.hpp"
#include "kestrel/codec.hpp"
#include "keyed.hpp"
#include "python_values.hpp"
#include "views.hpp"

namespace kestrel {

namespace {

struct RecordView {
  PyObject_VAR_HEAD
  PinPtr pin;
  Row row;  // of a variant without payload: none
  const Layout* layout;
  const FieldNames* names;
  NameTable table;  // of `names`, a step nearer
  // Snapshot: its digest, once asked for. Variant: its tag.
  std::atomic<PyObject*> extra;
  // By slot. Filled once and never changed, so that readers need no lock (also without a GIL).
  std::atomic<PyObject*> cache[1];
};

PyTypeObject* snapshot_type;
PyTypeObject* record_type;
PyTypeObject* variant_type;

RecordView* view(PyObject* self) { return reinterpret_cast<RecordView*>(self); }

PyObject* allocate(PyTypeObject* type, const PinPtr& pin, Row row, const Layout* layout,
                   const FieldNames* names = nullptr) {
  const Py_ssize_t slots = layout == nullptr ? 0 : layout->count();
  if (layout != nullptr && names == nullptr) names = &pin->names->of(*layout);
  PyObject* self = type->tp_alloc(type, slots);  // zeroed: an empty cache
  if (self == nullptr) return nullptr;
  RecordView* v = view(self);
  new (&v->pin) PinPtr(pin);
  v->row = row;
  v->layout = layout;
  v->names = names;
  if (names != nullptr) v->table = names->table();
  return self;
}

void deallocate(PyObject* self) {
  RecordView* v = view(self);
  PyTypeObject* type = Py_TYPE(self);
  Py_XDECREF(v->extra.load(std::memory_order_relaxed));
  for (Py_ssize_t i = 0; i < Py_SIZE(self); ++i)
    Py_XDECREF(v->cache[i].load(std::memory_order_relaxed));
  v->pin.~PinPtr();
  type->tp_free(self);
  Py_DECREF(type);
}

// Puts an object into an empty place, or gives way to what another thread put there. Steals, and
// returns a new reference.
PyObject* keep(std::atomic<PyObject*>& place, PyObject* made) {
  if (made == nullptr) return nullptr;
  PyObject* there = nullptr;
  if (place.compare_exchange_strong(there, made, std::memory_order_acq_rel)) return Py_NewRef(made);
  Py_DECREF(made);
  return Py_NewRef(there);
}

// Names that a Snapshot keeps for itself; `snapshot["digest"]` is the field.
bool is_reserved(PyObject* name) {
  for (const char* reserved : {"to_json", "effective_json", "digest", "schema"})
    if (PyUnicode_CompareWithASCIIString(name, reserved) == 0) return true;
  return false;
}

// A `json` value is a dict that its holder may change: each access makes its own. A snapshot's
// reserved names are not kept, so that what is in the cache may be given for an attribute.
bool may_keep(const RecordView* v, std::uint32_t slot) {
  if (v->layout->slots[slot].kind == Kind::json) return false;
  return Py_TYPE(v) != snapshot_type || !is_reserved(v->names->by_slot()[slot]);
}

PyObject* make_member(RecordView* v, std::uint32_t slot) {
  return guarded<PyObject*>(nullptr, [&]() -> PyObject* {
    PyObject* made = slot_object(v->pin, v->row, *v->layout, slot);
    return may_keep(v, slot) ? keep(v->cache[slot], made) : made;
  });
}

PyObject* member(RecordView* v, std::uint32_t slot) {
  PyObject* kept = v->cache[slot].load(std::memory_order_acquire);
  return kept != nullptr ? Py_NewRef(kept) : make_member(v, slot);
}

// The slot of a field by any string; 0 if there is none.
std::uint32_t find_field(const RecordView* v, PyObject* name) {
  if (v->names == nullptr || !PyUnicode_Check(name)) return 0;
  const std::uint32_t slot = v->table.find(name);
  return slot != 0 ? slot : v->names->find_text(name);
}

// A field's value where it is kept already, else null.
PyObject* warm(const RecordView* v, PyObject* name) {
  const std::uint32_t slot = v->table.find(name);
  return slot == 0 ? nullptr : v->cache[slot].load(std::memory_order_acquire);
}

[[gnu::noinline]] PyObject* record_getattro_cold(PyObject* self, PyObject* name) {
  RecordView* v = view(self);
  if (const std::uint32_t slot = find_field(v, name)) return member(v, slot);
  return PyObject_GenericGetAttr(self, name);
}

PyObject* record_getattro(PyObject* self, PyObject* name) {
  PyObject* kept = warm(view(self), name);
  return kept != nullptr ? Py_NewRef(kept) : record_getattro_cold(self, name);
}

// Reserved names are never in the cache: the subscript does not keep what it makes of them.
[[gnu::noinline]] PyObject* snapshot_getattro_cold(PyObject* self, PyObject* name) {
  RecordView* v = view(self);
  const std::uint32_t slot = find_field(v, name);
  if (slot != 0 && !is_reserved(name)) return member(v, slot);
  return PyObject_GenericGetAttr(self, name);
}

PyObject* snapshot_getattro(PyObject* self, PyObject* name) {
  PyObject* kept = warm(view(self), name);
  return kept != nullptr ? Py_NewRef(kept) : snapshot_getattro_cold(self, name);
}

// The members that an open record keeps besides its own, as a new dict; null without an exception
// where there are none.
PyObject* rest_of(const RecordView* v) {
  if (v->layout == nullptr || !v->layout->open || !v->row.present(v->layout->rest())) return nullptr;
  return json_object(v->row.text(v->layout->rest()));
}

PyObject* subscript(PyObject* self, PyObject* name) {
  RecordView* v = view(self);
  if (const std::uint32_t slot = find_field(v, name)) return member(v, slot);
  const Owned rest(rest_of(v));
  if (PyErr_Occurred() != nullptr) return nullptr;
  PyObject* kept = rest ? PyDict_GetItemWithError(rest.get(), name) : nullptr;
  if (kept != nullptr) return Py_NewRef(kept);
  if (PyErr_Occurred() == nullptr) PyErr_SetObject(PyExc_KeyError, name);
  return nullptr;
}

// Calls f(name, value) for each field, values borrowed; false as soon as it does or an exception is
// set.
template <class F>
bool each_field(RecordView* v, F f) {
  if (v->layout == nullptr) return true;
  for (std::uint32_t slot = 1; slot < v->layout->count(); ++slot) {
    PyObject* name = v->names->by_slot()[slot];
    if (name == nullptr) continue;
    const Owned value(member(v, slot));
    if (!value || !f(name, value.get())) return false;
  }
  return true;
}

PyObject* field_names(PyObject* self, PyObject*) {
  PyObject* base = reinterpret_cast<PyObject*>(&PyBaseObject_Type);
  Owned names(PyObject_CallMethod(base, "__dir__", "O", self));
  if (!names) return nullptr;
  const bool ok = each_field(view(self), [&](PyObject* name, PyObject*) {
    return PyList_Append(names.get(), name) == 0;
  });
  return ok ? names.release() : nullptr;
}

// `**{'unknown': 1}`, where an open record has such members.
bool put_rest(const RecordView* v, PyObject* parts) {
  const Owned rest(rest_of(v));
  if (!rest) return PyErr_Occurred() == nullptr;
  const Owned part(PyUnicode_FromFormat("**%R", rest.get()));
  return part && PyList_Append(parts, part.get()) == 0;
}

bool same_rest(const RecordView* a, const RecordView* b) {
  const auto text = [](const RecordView* v) {
    const bool has = v->layout && v->layout->open && v->row.present(v->layout->rest());
    return has ? v->row.text(v->layout->rest()) : std::string_view();
  };
  return text(a) == text(b);
}

// `Tls(cert='/etc/tls.pem', port=8443)`
PyObject* repr_as(PyObject* self, PyObject* type_name) {
  RecordView* v = view(self);
  if (const int entered = Py_ReprEnter(self))
    return entered > 0 ? PyUnicode_FromString("...") : nullptr;
  Owned parts(PyList_New(0));
  const bool positional = v->layout != nullptr && v->layout->is_tuple;
  const bool ok = parts && each_field(v, [&](PyObject* name, PyObject* value) {
    const Owned part(positional ? PyObject_Repr(value)
                                : PyUnicode_FromFormat("%U=%R", name, value));
    return part && PyList_Append(parts.get(), part.get()) == 0;
  }) && put_rest(v, parts.get());
  Py_ReprLeave(self);
  if (!ok) return nullptr;
  const Owned comma(PyUnicode_FromString(", "));
  const Owned joined(comma ? PyUnicode_Join(comma.get(), parts.get()) : nullptr);
  return joined ? PyUnicode_FromFormat("%U(%U)", type_name, joined.get()) : nullptr;
}

PyObject* record_repr(PyObject* self) {
  return guarded<PyObject*>(nullptr, [&]() -> PyObject* {
    const std::string& full = view(self)->layout->name;
    const Owned name(text_object(std::string_view(full).substr(full.rfind('.') + 1)));
    return name ? repr_as(self, name.get()) : nullptr;
  });
}

bool same_fields(RecordView* a, RecordView* b, bool& failed) {
  const bool same_bytes = a->layout && !a->layout->spine && a->row.same_bytes(b->row);
  if (same_bytes) return true;
  bool equal = true;
  const bool done = each_field(a, [&](PyObject* name, PyObject* value) {
    const Owned other(subscript(reinterpret_cast<PyObject*>(b), name));
    const int same = other ? PyObject_RichCompareBool(value, other.get(), Py_EQ) : -1;
    failed = same < 0;
    equal = same > 0;
    return equal;
  });
  failed = failed || (!done && equal);
  return equal;
}

// Of the values, as equality is.
Py_hash_t hash_fields(RecordView* v) {
  const Owned values(PyList_New(0));
  const bool ok = values && each_field(v, [&](PyObject*, PyObject* value) {
    return PyList_Append(values.get(), value) == 0;
  });
  const Owned tuple(ok ? PyList_AsTuple(values.get()) : nullptr);
  return tuple ? PyObject_Hash(tuple.get()) : -1;
}

Py_hash_t record_hash(PyObject* self) { return hash_fields(view(self)); }

PyObject* truth(bool equal, int operation) {
  return PyBool_FromLong(equal == (operation == Py_EQ));
}

// Fields of the same record (of whichever schema object), by value.
PyObject* record_compare(PyObject* self, PyObject* other, int operation) {
  if ((operation != Py_EQ && operation != Py_NE) || !Py_IS_TYPE(other, record_type))
    Py_RETURN_NOTIMPLEMENTED;
  RecordView *a = view(self), *b = view(other);
  if (a->layout->name != b->layout->name || a->layout->count() != b->layout->count())
    return truth(false, operation);
  bool failed = false;
  const bool equal = same_rest(a, b) && same_fields(a, b, failed);
  return failed ? nullptr : truth(equal, operation);
}

// ---- Snapshot

PyObject* json_bytes(PyObject* self, std::string (*write)(const Snapshot&)) {
  return guarded<PyObject*>(nullptr, [&] {
    std::string json;
    {
      const PinPtr pin = view(self)->pin;
      const GilReleased released;
      json = write(*pin->snapshot);
    }
    return bytes_object(json);
  });
}

PyObject* to_json(PyObject* self, PyObject*) { return json_bytes(self, document_json); }
PyObject* to_effective_json(PyObject* self, PyObject*) { return json_bytes(self, effective_json); }

PyObject* to_redacted_json(PyObject* self, PyObject*) {
  return json_bytes(self, redacted_document_json);
}
PyObject* to_redacted_effective_json(PyObject* self, PyObject*) {
  return json_bytes(self, redacted_effective_json);
}

PyObject* digest(PyObject* self, void*) {
  PyObject* kept = view(self)->extra.load(std::memory_order_acquire);
  return kept ? Py_NewRef(kept) : keep(view(self)->extra, document_digest(view(self)->pin));
}

// Of a config that is no record: the list, map or other value that it is.
PyObject* root_value(PyObject* self, void*) {
  return guarded<PyObject*>(nullptr, [&]() -> PyObject* {
    RecordView* v = view(self);
    if (v->pin->snapshot->schema().root_is_record()) return Py_NewRef(self);
    return slot_object(v->pin, v->row, *v->layout, 1);
  });
}

PyObject* snapshot_repr(PyObject* self) {
  if (view(self)->pin->snapshot->schema().root_is_record()) return record_repr(self);
  const Owned value(root_value(self, nullptr));
  return value ? PyUnicode_FromFormat("Snapshot(%R)", value.get()) : nullptr;
}

PyObject* schema(PyObject* self, void*) { return Py_NewRef(view(self)->pin->schema); }

Py_hash_t snapshot_hash(PyObject* self) {
  // Of equal snapshots the digests may have different keys.
  const bool keyed = !view(self)->pin->key.empty() && has_literals(*view(self)->pin->snapshot);
  const Owned text(keyed ? process_digest(view(self)->pin) : digest(self, nullptr));
  return text ? PyObject_Hash(text.get()) : -1;
}

PyObject* snapshot_compare(PyObject* self, PyObject* other, int operation) {
  if ((operation != Py_EQ && operation != Py_NE) || !Py_IS_TYPE(other, snapshot_type))
    Py_RETURN_NOTIMPLEMENTED;
  return guarded<PyObject*>(nullptr, [&]() -> PyObject* {
    const PinPtr a = view(self)->pin, b = view(other)->pin;
    if (a->snapshot->schema_ptr() == b->snapshot->schema_ptr())
      return truth(compare(a->snapshot, b->snapshot)->changes.empty(), operation);
    const int same_schema = PyObject_RichCompareBool(a->schema, b->schema, Py_EQ);
    if (same_schema < 0) return nullptr;
    const bool same = same_schema && document_json(*a->snapshot) == document_json(*b->snapshot);
    return truth(same, operation);
  });
}

PyObject* leave(PyObject*, PyObject*) { Py_RETURN_NONE; }

// ---- Variant

PyObject* tag(PyObject* self, void*) {
  return Py_NewRef(view(self)->extra.load(std::memory_order_relaxed));
}

PyObject* variant_getattro(PyObject* self, PyObject* name) {
  RecordView* v = view(self);
  if (v->names != nullptr && PyUnicode_CompareWithASCIIString(name, "tag") != 0) {
    if (const std::uint32_t slot = find_field(v, name)) return member(v, slot);
  }
  return PyObject_GenericGetAttr(self, name);
}

Py_ssize_t variant_length(PyObject* self) {
  const Layout* layout = view(self)->layout;
  return layout != nullptr && layout->is_tuple ? layout->count() - 1 : 0;
}

PyObject* variant_item(PyObject* self, Py_ssize_t i) {
  if (i >= 0 && i < variant_length(self))
    return member(view(self), static_cast<std::uint32_t>(i + 1));
  PyErr_SetString(PyExc_IndexError, "the variant has no such item");
  return nullptr;
}

PyObject* variant_subscript(PyObject* self, PyObject* key) {
  if (!PyIndex_Check(key)) return subscript(self, key);
  const Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
  if (i == -1 && PyErr_Occurred()) return nullptr;
  return variant_item(self, i < 0 ? i + variant_length(self) : i);
}

PyObject* variant_str(PyObject* self) {
  return view(self)->layout == nullptr ? tag(self, nullptr) : PyObject_Repr(self);
}

PyObject* variant_repr(PyObject* self) {
  PyObject* name = view(self)->extra.load(std::memory_order_relaxed);
  return view(self)->layout == nullptr ? Py_NewRef(name) : repr_as(self, name);
}

int variant_bool(PyObject*) { return 1; }

Py_hash_t variant_hash(PyObject* self) {
  RecordView* v = view(self);
  return v->layout ? hash_fields(v) : PyObject_Hash(v->extra.load(std::memory_order_relaxed));
}

// With another variant by tag and payload; with text where there is no payload.
PyObject* variant_compare(PyObject* self, PyObject* other, int operation) {
  if (operation != Py_EQ && operation != Py_NE) Py_RETURN_NOTIMPLEMENTED;
  RecordView* a = view(self);
  PyObject* its_tag = a->extra.load(std::memory_order_relaxed);
  if (PyUnicode_Check(other)) {
    const bool bare = a->layout == nullptr;
    return truth(bare && PyUnicode_Compare(its_tag, other) == 0, operation);
  }
  if (!Py_IS_TYPE(other, variant_type)) Py_RETURN_NOTIMPLEMENTED;
  RecordView* b = view(other);
  PyObject* other_tag = b->extra.load(std::memory_order_relaxed);
  if (PyUnicode_Compare(its_tag, other_tag) != 0 || !a->layout != !b->layout)
    return truth(false, operation);
  if (a->layout == nullptr) return truth(true, operation);
  if (a->layout->name != b->layout->name || a->layout->count() != b->layout->count())
    return truth(false, operation);
  bool failed = false;
  const bool equal = same_fields(a, b, failed);
  return failed ? nullptr : truth(equal, operation);
}

// ---- types

#define FUNCTION(f) reinterpret_cast<void*>(f)

PyMethodDef record_methods[] = {
    {"__dir__", field_names, METH_NOARGS, nullptr},
    kFrozenMethods[0], kFrozenMethods[1], kFrozenMethods[2], {}};

PyMethodDef snapshot_methods[] = {
    {"to_json", to_json, METH_NOARGS, "The document, canonical JSON."},
    {"effective_json", to_effective_json, METH_NOARGS, "The effective value, canonical JSON."},
    {"redacted_json", to_redacted_json, METH_NOARGS, "`to_json()` without literal secrets."},
    {"redacted_effective_json", to_redacted_effective_json, METH_NOARGS,
     "`effective_json()` without literal secrets."},
    {"__dir__", field_names, METH_NOARGS, nullptr},
    {"__enter__", return_self, METH_NOARGS, nullptr},
    {"__exit__", leave, METH_VARARGS, nullptr},
    kFrozenMethods[0], kFrozenMethods[1], kFrozenMethods[2], {}};

PyGetSetDef snapshot_properties[] = {
    {"digest", digest, nullptr, "SHA-256 of the document, its literal secrets keyed; lower-case hex.", nullptr},
    {"schema", schema, nullptr, "The schema object that made it.", nullptr},
    {"value", root_value, nullptr, "Of a config that is no record: what it is.", nullptr},
    {}};

PyGetSetDef variant_properties[] = {{"tag", tag, nullptr, "The variant's name.", nullptr}, {}};

PyType_Slot snapshot_slots[] = {
    {Py_tp_dealloc, FUNCTION(deallocate)},
    {Py_tp_getattro, FUNCTION(snapshot_getattro)},
    {Py_tp_setattro, FUNCTION(refuse_setattr)},
    {Py_mp_subscript, FUNCTION(subscript)},
    {Py_tp_repr, FUNCTION(snapshot_repr)},
    {Py_tp_hash, FUNCTION(snapshot_hash)},
    {Py_tp_richcompare, FUNCTION(snapshot_compare)},
    {Py_tp_methods, snapshot_methods},
    {Py_tp_getset, snapshot_properties},
    {0, nullptr}};

PyType_Slot record_slots[] = {
    {Py_tp_dealloc, FUNCTION(deallocate)},
    {Py_tp_getattro, FUNCTION(record_getattro)},
    {Py_tp_setattro, FUNCTION(refuse_setattr)},
    {Py_mp_subscript, FUNCTION(subscript)},
    {Py_tp_repr, FUNCTION(record_repr)},
    {Py_tp_hash, FUNCTION(record_hash)},
    {Py_tp_richcompare, FUNCTION(record_compare)},
    {Py_tp_methods, record_methods},
    {0, nullptr}};

PyType_Slot variant_slots[] = {
    {Py_tp_dealloc, FUNCTION(deallocate)},
    {Py_tp_getattro, FUNCTION(variant_getattro)},
    {Py_tp_setattro, FUNCTION(refuse_setattr)},
    {Py_mp_subscript, FUNCTION(variant_subscript)},
    {Py_sq_length, FUNCTION(variant_length)},
    {Py_sq_item, FUNCTION(variant_item)},
    {Py_nb_bool, FUNCTION(variant_bool)},
    {Py_tp_repr, FUNCTION(variant_repr)},
    {Py_tp_str, FUNCTION(variant_str)},
    {Py_tp_hash, FUNCTION(variant_hash)},
    {Py_tp_richcompare, FUNCTION(variant_compare)},
    {Py_tp_methods, record_methods},
    {Py_tp_getset, variant_properties},
    {0, nullptr}};

PyTypeObject* make_type(PyObject* module, const char* name, PyType_Slot* slots) {
  PyType_Spec spec{name, static_cast<int>(offsetof(RecordView, cache)), sizeof(PyObject*),
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
                       Py_TPFLAGS_IMMUTABLETYPE,
                   slots};
  PyObject* type = PyType_FromSpec(&spec);
  if (type == nullptr) return nullptr;
  if (PyModule_AddType(module, reinterpret_cast<PyTypeObject*>(type)) < 0) return nullptr;
  return reinterpret_cast<PyTypeObject*>(type);  // kept for good
}

}  // namespace

bool add_record_types(PyObject* module) {
  snapshot_type = make_type(module, "kestrel._core.Snapshot", snapshot_slots);
  record_type = make_type(module, "kestrel._core.Record", record_slots);
  variant_type = make_type(module, "kestrel._core.Variant", variant_slots);
  return snapshot_type && record_type && variant_type;
}

PyObject* new_snapshot_view(const PinPtr& pin) {
  return allocate(snapshot_type, pin, pin->snapshot->root(), &pin->snapshot->schema().root());
}

PyObject* new_record_view(const PinPtr& pin, Row row, const Layout& layout,
                          const FieldNames* names) {
  return allocate(record_type, pin, row, &layout, names);
}

PyObject* new_variant_view(const PinPtr& pin, Row sum, const Layout& layout) {
  const std::uint64_t variant = sum.raw(1);
  const Layout* payload = layout.payloads[variant];
  const Row row = payload ? Row(sum.nested(2), payload->count()) : Row();
  Owned self(allocate(variant_type, pin, row, payload));
  if (!self) return nullptr;
  PyObject* name = text_object(layout.variants[variant]);
  if (name == nullptr) return nullptr;
  view(self.get())->extra.store(name, std::memory_order_relaxed);
  return self.release();
}

const PinPtr* pin_of(PyObject* object) {
  if (Py_IS_TYPE(object, snapshot_type)) return &view(object)->pin;
  PyErr_Format(PyExc_TypeError, "a Snapshot is due, not '%s'", Py_TYPE(object)->tp_name);
  return nullptr;
}

}  // namespace kestrel
