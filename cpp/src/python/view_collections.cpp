// Views of maps (Mapping) and lists (Sequence), and the iterators over them. They keep nothing: an
// item is made each time it is asked for.
#include <Python.h>

#include <new>

#include "python_values.hpp"
#include "view_rows.hpp"
#include "views.hpp"

namespace kestrel {

namespace {

struct CollectionView {
  PyObject_HEAD
  PinPtr pin;
  Rows rows;
  const Slot* slot;
  const FieldNames* names;  // of the items, where they are records
};

struct Iterator {
  PyObject_HEAD
  PyObject* view;
  Rows::Walk walk;
  bool keys;  // of a map; else the items
};

PyTypeObject* map_type;
PyTypeObject* list_type;
PyTypeObject* iterator_type;

CollectionView* view(PyObject* self) { return reinterpret_cast<CollectionView*>(self); }

PyObject* allocate(PyTypeObject* type, const PinPtr& pin, Row row, const Layout& layout,
                   std::uint32_t slot) {
  PyObject* self = type->tp_alloc(type, 0);
  if (self == nullptr) return nullptr;
  CollectionView* v = view(self);
  new (&v->pin) PinPtr(pin);
  new (&v->rows) Rows(*pin->snapshot, row, layout, slot);
  v->slot = &layout.slots[slot];
  const Layout& element = *v->slot->layout;
  const bool records = v->slot->kind != Kind::set && !element.wraps;
  v->names = records ? &pin->names->of(element) : nullptr;
  return self;
}

void deallocate(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  view(self)->pin.~PinPtr();
  type->tp_free(self);
  Py_DECREF(type);
}

Py_ssize_t length(PyObject* self) { return static_cast<Py_ssize_t>(view(self)->rows.size()); }

// A record; what a wrapper holds; a set's item is its key.
PyObject* item(CollectionView* v, Row row) {
  return guarded<PyObject*>(nullptr, [&] {
    const Layout& element = *v->slot->layout;
    if (v->names != nullptr) return new_record_view(v->pin, row, element, v->names);
    return slot_object(v->pin, row, element, v->slot->kind == Kind::set ? 0 : 1);
  });
}

PyObject* key(CollectionView* v, Row row) { return slot_object(v->pin, row, *v->slot->layout, 0); }

// ---- iterators

PyObject* iterate(PyObject* self, bool keys) {
  PyObject* iterator = iterator_type->tp_alloc(iterator_type, 0);
  if (iterator == nullptr) return nullptr;
  auto* it = reinterpret_cast<Iterator*>(iterator);
  it->view = Py_NewRef(self);
  new (&it->walk) Rows::Walk(view(self)->rows);
  it->keys = keys;
  return iterator;
}

PyObject* iterate_map(PyObject* self) { return iterate(self, true); }
PyObject* iterate_list(PyObject* self) { return iterate(self, false); }

void deallocate_iterator(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  Py_DECREF(reinterpret_cast<Iterator*>(self)->view);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* next(PyObject* self) {
  auto* it = reinterpret_cast<Iterator*>(self);
  if (it->walk.done()) return nullptr;
  const Row row = it->walk.row();
  it->walk.next();
  return it->keys ? key(view(it->view), row) : item(view(it->view), row);
}

// ---- maps

// The row of a key; none also where no entry can have such a key.
Row find(CollectionView* v, PyObject* name) {
  KeyProbe probe;
  return probe.set(v->slot->layout->slots[0], name) ? v->rows.find(probe) : Row();
}

PyObject* map_subscript(PyObject* self, PyObject* name) {
  const Row row = find(view(self), name);
  if (row) return item(view(self), row);
  PyErr_SetObject(PyExc_KeyError, name);
  return nullptr;
}

int map_contains(PyObject* self, PyObject* name) { return bool(find(view(self), name)); }

PyObject* map_get(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  if (count < 1 || count > 2) {
    PyErr_SetString(PyExc_TypeError, "get() takes a key and, if wanted, a default");
    return nullptr;
  }
  const Row row = find(view(self), args[0]);
  return row ? item(view(self), row) : Py_NewRef(count == 2 ? args[1] : Py_None);
}

PyObject* abc_view(PyObject* self, const char* name) {
  PyObject* type = imported("collections.abc", name);
  return type ? PyObject_CallOneArg(type, self) : nullptr;
}

PyObject* map_keys(PyObject* self, PyObject*) { return abc_view(self, "KeysView"); }
PyObject* map_values(PyObject* self, PyObject*) { return abc_view(self, "ValuesView"); }
PyObject* map_items(PyObject* self, PyObject*) { return abc_view(self, "ItemsView"); }

PyObject* as_dict(PyObject* self) {
  CollectionView* v = view(self);
  Owned dict(PyDict_New());
  if (!dict) return nullptr;
  for (Rows::Walk walk(v->rows); !walk.done(); walk.next()) {
    const Owned name(key(v, walk.row()));
    const Owned value(name ? item(v, walk.row()) : nullptr);
    if (!value || PyDict_SetItem(dict.get(), name.get(), value.get()) < 0) return nullptr;
  }
  return dict.release();
}

PyObject* as_list(PyObject* self) { return PySequence_List(self); }

// Compares what both sides are as plain collections.
PyObject* compare_plain(PyObject* self, PyObject* other, int operation, PyTypeObject* type,
                        PyObject* (*plain)(PyObject*), bool comparable) {
  if ((operation != Py_EQ && operation != Py_NE) || !comparable) Py_RETURN_NOTIMPLEMENTED;
  const Owned a(plain(self));
  const Owned b(a ? Py_IS_TYPE(other, type) ? plain(other) : Py_NewRef(other) : nullptr);
  return b ? PyObject_RichCompare(a.get(), b.get(), operation) : nullptr;
}

PyObject* map_compare(PyObject* self, PyObject* other, int operation) {
  return compare_plain(self, other, operation, map_type, as_dict,
                       Py_IS_TYPE(other, map_type) || PyDict_Check(other));
}

PyObject* repr_plain(PyObject* self, PyObject* (*plain)(PyObject*)) {
  const Owned made(plain(self));
  return made ? PyObject_Repr(made.get()) : nullptr;
}

PyObject* map_repr(PyObject* self) { return repr_plain(self, as_dict); }

// ---- lists

PyObject* list_item(PyObject* self, Py_ssize_t i) {
  CollectionView* v = view(self);
  if (i >= 0 && i < length(self)) return item(v, v->rows.at(static_cast<std::uint64_t>(i)));
  PyErr_SetString(PyExc_IndexError, "list index out of range");
  return nullptr;
}

PyObject* list_slice(PyObject* self, PyObject* slice) {
  const Owned all(as_list(self));
  return all ? PyObject_GetItem(all.get(), slice) : nullptr;
}

PyObject* list_subscript(PyObject* self, PyObject* at) {
  if (PySlice_Check(at)) return list_slice(self, at);
  const Py_ssize_t i = PyNumber_AsSsize_t(at, PyExc_IndexError);
  if (i == -1 && PyErr_Occurred()) return nullptr;
  return list_item(self, i < 0 ? i + length(self) : i);
}

PyObject* list_index(PyObject* self, PyObject* wanted) {
  const Py_ssize_t i = PySequence_Index(self, wanted);
  return i < 0 ? nullptr : PyLong_FromSsize_t(i);
}

PyObject* list_count(PyObject* self, PyObject* wanted) {
  const Py_ssize_t n = PySequence_Count(self, wanted);
  return n < 0 ? nullptr : PyLong_FromSsize_t(n);
}

PyObject* list_compare(PyObject* self, PyObject* other, int operation) {
  if (PyTuple_Check(other)) {
    const Owned list(PySequence_List(other));
    return list ? list_compare(self, list.get(), operation) : nullptr;
  }
  return compare_plain(self, other, operation, list_type, as_list,
                       Py_IS_TYPE(other, list_type) || PyList_Check(other));
}

// As the tuple that it is equal to.
Py_hash_t list_hash(PyObject* self) {
  const Owned tuple(PySequence_Tuple(self));
  return tuple ? PyObject_Hash(tuple.get()) : -1;
}

PyObject* list_repr(PyObject* self) { return repr_plain(self, as_list); }

// ---- types

#define FUNCTION(f) reinterpret_cast<void*>(f)

PyMethodDef map_methods[] = {
    {"get", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(map_get)), METH_FASTCALL,
     "The value of a key, else the default."},
    {"keys", map_keys, METH_NOARGS, nullptr},
    {"values", map_values, METH_NOARGS, nullptr},
    {"items", map_items, METH_NOARGS, nullptr},
    kFrozenMethods[0], kFrozenMethods[1], kFrozenMethods[2], {}};

PyMethodDef list_methods[] = {
    {"index", list_index, METH_O, nullptr},
    {"count", list_count, METH_O, nullptr},
    kFrozenMethods[0], kFrozenMethods[1], kFrozenMethods[2], {}};

PyType_Slot map_slots[] = {
    {Py_tp_dealloc, FUNCTION(deallocate)},
    {Py_tp_setattro, FUNCTION(refuse_setattr)},
    {Py_mp_length, FUNCTION(length)},
    {Py_mp_subscript, FUNCTION(map_subscript)},
    {Py_sq_contains, FUNCTION(map_contains)},
    {Py_tp_iter, FUNCTION(iterate_map)},
    {Py_tp_repr, FUNCTION(map_repr)},
    {Py_tp_hash, FUNCTION(PyObject_HashNotImplemented)},
    {Py_tp_richcompare, FUNCTION(map_compare)},
    {Py_tp_methods, map_methods},
    {0, nullptr}};

PyType_Slot list_slots[] = {
    {Py_tp_dealloc, FUNCTION(deallocate)},
    {Py_tp_setattro, FUNCTION(refuse_setattr)},
    {Py_sq_length, FUNCTION(length)},
    {Py_sq_item, FUNCTION(list_item)},
    {Py_mp_subscript, FUNCTION(list_subscript)},
    {Py_tp_iter, FUNCTION(iterate_list)},
    {Py_tp_repr, FUNCTION(list_repr)},
    {Py_tp_hash, FUNCTION(list_hash)},
    {Py_tp_richcompare, FUNCTION(list_compare)},
    {Py_tp_methods, list_methods},
    {0, nullptr}};

PyType_Slot iterator_slots[] = {
    {Py_tp_dealloc, FUNCTION(deallocate_iterator)},
    {Py_tp_iter, FUNCTION(PyObject_SelfIter)},
    {Py_tp_iternext, FUNCTION(next)},
    {0, nullptr}};

PyTypeObject* make_type(PyObject* module, const char* name, std::size_t size, PyType_Slot* slots) {
  PyType_Spec spec{name, static_cast<int>(size), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
                       Py_TPFLAGS_IMMUTABLETYPE,
                   slots};
  PyObject* type = PyType_FromSpec(&spec);
  if (type == nullptr) return nullptr;
  if (PyModule_AddType(module, reinterpret_cast<PyTypeObject*>(type)) < 0) return nullptr;
  return reinterpret_cast<PyTypeObject*>(type);  // kept for good
}

// So that `isinstance(x, Mapping)` and `match` statements know it.
bool is_a(PyTypeObject* type, const char* abstract) {
  PyObject* base = imported("collections.abc", abstract);
  if (base == nullptr || type == nullptr) return false;
  const Owned done(PyObject_CallMethod(base, "register", "O", type));
  return bool(done);
}

}  // namespace

bool add_collection_types(PyObject* module) {
  map_type = make_type(module, "kestrel._core.Map", sizeof(CollectionView), map_slots);
  list_type = make_type(module, "kestrel._core.List", sizeof(CollectionView), list_slots);
  iterator_type = make_type(module, "kestrel._core.Iterator", sizeof(Iterator), iterator_slots);
  return iterator_type && is_a(map_type, "Mapping") && is_a(list_type, "Sequence");
}

PyObject* new_map_view(const PinPtr& pin, Row row, const Layout& layout, std::uint32_t slot) {
  return allocate(map_type, pin, row, layout, slot);
}

PyObject* new_list_view(const PinPtr& pin, Row row, const Layout& layout, std::uint32_t slot) {
  return allocate(list_type, pin, row, layout, slot);
}

}  // namespace kestrel
