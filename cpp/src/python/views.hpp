// Snapshots and what is in them, as Python objects: raw CPython types, made on demand. No Python
// object lives inside a snapshot; a view keeps its snapshot through a Pin and points at a row in
// it.
#pragma once

#include <Python.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "kestrel/layout.hpp"
#include "kestrel/snapshot.hpp"

namespace kestrel {

// Where to find names by the address of the interned string: each has a place of its own, so that
// one look says whether it is there.
class NameTable {
 public:
  struct Entry {
    PyObject* name = nullptr;
    std::uint32_t slot = 0;
  };
  // The slot of a name; 0 if there is none.
  std::uint32_t find(PyObject* name) const {
    const Entry& entry = entries[place(name)];
    return entry.name == name ? entry.slot : 0;
  }
  std::size_t place(PyObject* name) const {
    return reinterpret_cast<std::uintptr_t>(name) * factor >> shift;
  }
  const Entry* entries = nullptr;
  std::uint64_t factor = 0;
  std::uint32_t shift = 63;  // 64 less the bits of a place
};

// The names of a layout's fields as interned strings.
class FieldNames {
 public:
  explicit FieldNames(const Layout& layout);
  FieldNames(const FieldNames&) = delete;
  FieldNames& operator=(const FieldNames&) = delete;
  ~FieldNames();

  const NameTable& table() const { return table_; }  // for the strings that attribute access gives;
  std::uint32_t find_text(PyObject* name) const;     // for any other; 0 if there is none
  const std::vector<PyObject*>& by_slot() const { return by_slot_; }  // null: not a field

 private:
  bool place_all(std::uint64_t factor, std::uint32_t bits);
  std::vector<PyObject*> by_slot_;
  std::vector<NameTable::Entry> entries_;
  NameTable table_;
};

// What Python needs to know of a compiled schema: made as layouts are first looked at, kept with
// it.
class SchemaNames {
 public:
  const FieldNames& of(const Layout& layout);

 private:
  std::mutex mutex_;
  std::unordered_map<const Layout*, std::unique_ptr<FieldNames>> names_;
};

// A snapshot as Python holds it: with the Python object that is its schema, and the key for digests
// of literal secrets, where it is of a state.
struct Pin {
  // takes a reference
  Pin(SnapshotPtr snapshot, std::shared_ptr<SchemaNames> names, PyObject* schema, std::string key);
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;
  ~Pin();

  SnapshotPtr snapshot;
  std::shared_ptr<SchemaNames> names;
  PyObject* schema;
  std::string key;
};
using PinPtr = std::shared_ptr<const Pin>;

PinPtr make_pin(SnapshotPtr snapshot, std::shared_ptr<SchemaNames> names, PyObject* schema,
                std::string key = {});
// The pin's snapshot, keeping the pin alive, and the way back.
SnapshotPtr snapshot_of_pin(const PinPtr& pin);
PinPtr pin_of_snapshot(const SnapshotPtr& snapshot);

// New references; null with an exception set, as usual in CPython.
PyObject* new_snapshot_view(const PinPtr& pin);
// `names`: those of the layout, where they are at hand.
PyObject* new_record_view(const PinPtr& pin, Row row, const Layout& layout,
                          const FieldNames* names = nullptr);
PyObject* new_variant_view(const PinPtr& pin, Row sum, const Layout& layout);
PyObject* new_map_view(const PinPtr& pin, Row row, const Layout& layout, std::uint32_t slot);
PyObject* new_list_view(const PinPtr& pin, Row row, const Layout& layout, std::uint32_t slot);
// Whatever a slot holds.
PyObject* slot_object(const PinPtr& pin, Row row, const Layout& layout, std::uint32_t slot);

// The pin of a Snapshot object; null with TypeError set if it is none.
const PinPtr* pin_of(PyObject* object);

// Adds the types to the module. False with an exception set.
bool add_record_types(PyObject* module);
bool add_collection_types(PyObject* module);

// ---- for the files that define the types

// What every type here says to pickling, copying and assignment.
extern PyMethodDef kFrozenMethods[3];
PyObject* refuse_pickle(PyObject* self, PyObject* protocol);
PyObject* return_self(PyObject* self, PyObject* ignored);
int refuse_setattr(PyObject* self, PyObject* name, PyObject* value);
// Calls `f`, making C++ exceptions Python's. `failed` is what to return then.
template <class R, class F>
R guarded(R failed, F f) noexcept;
void set_python_error();  // from inside a catch (...)

template <class R, class F>
R guarded(R failed, F f) noexcept {
  try {
    return f();
  } catch (...) {
    set_python_error();
    return failed;
  }
}

}  // namespace kestrel
