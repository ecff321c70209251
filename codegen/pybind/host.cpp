// The Python classes of register maps, the same for all maps.
#include "host.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "mock.hpp"

namespace kestrel::host {

namespace {

// ---------------------------------------------------------------- buses

class callback_bus final : public bus {
 public:
  callback_bus(py::function load, py::function store) : load_(std::move(load)), store_(std::move(store)) {}
  uint64_t load(uintptr_t address, unsigned bytes) override {
    return load_(address, bytes).cast<uint64_t>();
  }
  void store(uintptr_t address, unsigned bytes, uint64_t value) override {
    store_(address, bytes, value);
  }

 private:
  py::function load_, store_;
};

class memory_map final : public bus {
 public:
  memory_map(const std::string& path, uintptr_t base, size_t size) : base_(base), size_(size) {
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const uintptr_t start = base / page * page;
    length_ = size + (base - start);
    const int file = open(path.c_str(), O_RDWR | O_SYNC | O_CLOEXEC);
    if (file < 0) fail(path);
    mapped_ = mmap(nullptr, length_, PROT_READ | PROT_WRITE, MAP_SHARED, file, static_cast<off_t>(start));
    const int why = errno;
    close(file);
    errno = why;
    if (mapped_ == MAP_FAILED) fail(path);
    first_ = static_cast<unsigned char*>(mapped_) + (base - start);
  }
  ~memory_map() override { munmap(mapped_, length_); }

  uint64_t load(uintptr_t address, unsigned bytes) override {
    unsigned char* const at = place(address, bytes);
    switch (bytes) {
      case 1: return *reinterpret_cast<volatile uint8_t*>(at);
      case 2: return *reinterpret_cast<volatile uint16_t*>(at);
      case 4: return *reinterpret_cast<volatile uint32_t*>(at);
      default: return *reinterpret_cast<volatile uint64_t*>(at);
    }
  }
  void store(uintptr_t address, unsigned bytes, uint64_t value) override {
    unsigned char* const at = place(address, bytes);
    switch (bytes) {
      case 1: *reinterpret_cast<volatile uint8_t*>(at) = static_cast<uint8_t>(value); break;
      case 2: *reinterpret_cast<volatile uint16_t*>(at) = static_cast<uint16_t>(value); break;
      case 4: *reinterpret_cast<volatile uint32_t*>(at) = static_cast<uint32_t>(value); break;
      default: *reinterpret_cast<volatile uint64_t*>(at) = value;
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& path) {
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, path.c_str());
    throw py::error_already_set();
  }
  unsigned char* place(uintptr_t address, unsigned bytes) const {
    if (address < base_ || bytes > size_ || address - base_ > size_ - bytes)
      throw py::index_error("address " + hexadecimal(address) + " is outside of the mapped memory");
    return first_ + (address - base_);
  }

  uintptr_t base_;
  size_t size_, length_ = 0;
  void* mapped_ = nullptr;
  unsigned char* first_ = nullptr;
};

// ---------------------------------------------------------------- values

using bus_ptr = std::shared_ptr<bus>;

py::object as_enum(const enumeration& names, uint64_t value) {
  for (size_t i = 0; i < names.count; ++i)
    if (names.values[i].value == value) return py::str(names.values[i].name);
  return py::int_(value);
}

py::object as_python(const field_info& field, uint64_t value) {
  if (field.reads.count != 0) return as_enum(field.reads, value);
  if (field.width == 1) return py::bool_(value != 0);
  return py::int_(value);
}

const field_info* find(const register_info& info, const std::string& name) {
  for (size_t i = 0; i < info.count; ++i)
    if (info.fields[i].name == name) return &info.fields[i];
  return nullptr;
}

const field_info& field_of(const register_info& info, const std::string& name) {
  if (const field_info* found = find(info, name)) return *found;
  throw py::type_error(std::string(info.name) + " has no field '" + name + "'");
}

uint64_t from_python(const field_info& field, py::handle given) {
  if (py::isinstance<py::str>(given)) {
    const auto name = given.cast<std::string>();
    for (size_t i = 0; i < field.writes.count; ++i)
      if (field.writes.values[i].name == name) return field.writes.values[i].value;
    throw py::value_error(std::string(field.name) + " has no value '" + name + "'");
  }
  const py::int_ number(py::reinterpret_borrow<py::object>(given));
  if (number < py::int_(0) || number > py::int_(field.top()))
    throw py::value_error("this value does not fit into the field " + std::string(field.name));
  return number.cast<uint64_t>();
}

struct given_bits {
  uint64_t mask = 0, bits = 0;
  void add(const field_info& field, unsigned item, py::handle value) {
    if (item >= field.count) throw py::index_error("the array " + std::string(field.name) + " has fewer items");
    mask |= field.top() << field.at(item);
    bits |= from_python(field, value) << field.at(item);
  }
};

// `field=value`, and of an array `field={index: value}` or all values in a list.
given_bits given(const register_info& info, const py::kwargs& values, bool hardware) {
  given_bits made;
  for (const auto& [key, value] : values) {
    const field_info& field = field_of(info, key.cast<std::string>());
    if (!field.writable && !hardware) throw py::type_error("the field " + std::string(field.name) + " cannot be written");
    if (!field.array) {
      made.add(field, 0, value);
    } else if (py::isinstance<py::dict>(value)) {
      for (const auto& [item, each] : value.cast<py::dict>()) made.add(field, item.cast<unsigned>(), each);
    } else {
      unsigned item = 0;
      for (const auto& each : value) made.add(field, item++, each);
    }
  }
  return made;
}

struct value {
  const register_info* info;
  uint64_t raw;

  [[nodiscard]] py::object get(const std::string& name) const {
    const field_info* field = find(*info, name);
    if (field == nullptr || !field->readable) throw py::attribute_error(std::string(info->name) + " has no field '" + name + "' that is read");
    if (!field->array) return item(*field, 0);
    py::list items;
    for (unsigned i = 0; i < field->count; ++i) items.append(item(*field, i));
    return items;
  }
  [[nodiscard]] py::object item(const field_info& field, unsigned index) const {
    return as_python(field, raw >> field.at(index) & field.top());
  }
  [[nodiscard]] py::list names() const {
    py::list made;
    made.append("raw");
    for (size_t i = 0; i < info->count; ++i)
      if (info->fields[i].readable) made.append(info->fields[i].name);
    return made;
  }
  [[nodiscard]] std::string shown() const {
    std::string made = std::string(info->name) + "(";
    for (size_t i = 0, shown = 0; i < info->count; ++i) {
      if (!info->fields[i].readable) continue;
      if (shown++ != 0) made += ", ";
      made += std::string(info->fields[i].name) + "=" + py::repr(get(info->fields[i].name)).cast<std::string>();
    }
    return made + ")";
  }
};

// ---------------------------------------------------------------- registers, and what they are in

struct place {
  bus_ptr to;
  uintptr_t address;
  std::string path;
  bool alias = false;  // a copy that combines what is written with what is there
};

struct reg_object : place {
  const register_info* info;

  [[nodiscard]] port through_bus() const { return {to.get()}; }
  [[nodiscard]] uint64_t read_raw() const {
    if (!info->run.readable) throw py::type_error("this register cannot be read");
    port p = through_bus();
    return info->run.get(&p, address);
  }
  [[nodiscard]] value read() const { return {info, read_raw()}; }
  void write_raw(uint64_t bits) const {
    writable();
    port p = through_bus();
    info->run.put(&p, address, bits);
  }
  void write(const py::kwargs& values) const {
    writable();
    const given_bits made = given(*info, values, false);
    if (alias) return write_raw(made.bits);
    needs((info->run.forced | info->run.unknown) & ~made.mask,
          "write() has to be given every field that has no known reset value and no value that changes nothing");
    port p = through_bus();
    info->run.write(&p, address, made.mask, made.bits);
  }
  void modify(const py::kwargs& values) const {
    writable();
    modify_bits(given(*info, values, false));
  }
  void act(const py::args& names, on_write ones, on_write zeros, const char* why) const {
    writable();
    given_bits made;
    for (const auto& name : names) {
      const field_info& field = field_of(*info, name.cast<std::string>());
      if (field.written != ones && field.written != zeros) throw py::type_error(why);
      for (unsigned i = 0; i < field.count; ++i) {
        made.mask |= field.top() << field.at(i);
        if (field.written == ones) made.bits |= field.top() << field.at(i);
      }
    }
    modify_bits(made);
  }

 private:
  void writable() const {
    if (!info->run.writable) throw py::type_error("this register cannot be written");
  }
  static void needs(uint64_t missing, const char* why) {
    if (missing != 0) throw py::type_error(why);
  }
  void modify_bits(const given_bits& made) const {
    needs(alias ? 1 : 0, "an alias combines what is written with what is there: use write()");
    needs(info->run.effects, "modify() would read fields that change when they are read: use write()");
    needs(info->run.forced & ~made.mask, "modify() has to be given every field for which there is no value that changes nothing");
    needs(info->run.readable ? 0 : info->run.keep & ~made.mask, "modify() would read a register that cannot be read: use write()");
    port p = through_bus();
    info->run.modify(&p, address, made.mask, made.bits);
  }
};

struct words_object : place {
  const place_info* info;
  [[nodiscard]] uint64_t get(unsigned index) const { return to->load(at(index), info->bytes); }
  void set(unsigned index, uint64_t value) const { to->store(at(index), info->bytes, value); }
  [[nodiscard]] uintptr_t at(unsigned index) const {
    if (index >= info->words) throw py::index_error(path + " has fewer words");
    return address + static_cast<uintptr_t>(info->bytes) * index;
  }
};

struct bitmap_object : place {
  const place_info* info;
  [[nodiscard]] bool get(unsigned bit) const {
    return (to->load(at(bit), info->bytes) >> bit % (info->bytes * 8) & 1) != 0;
  }
  void put(unsigned bit, bool on) const {
    const on_write only = on ? on_write::ones_set : on_write::ones_clear;
    const uint64_t one = uint64_t{1} << bit % (info->bytes * 8);
    if (info->written == only) return to->store(at(bit), info->bytes, one);
    if (info->written != on_write::stores) throw py::type_error("no write does that to these bits");
    const uint64_t before = to->load(at(bit), info->bytes);
    to->store(at(bit), info->bytes, on ? before | one : before & ~one);
  }
  [[nodiscard]] uintptr_t at(unsigned bit) const {
    if (bit >= info->words) throw py::index_error(path + " has fewer bits");
    return address + static_cast<uintptr_t>(bit / (info->bytes * 8)) * info->bytes;
  }
};

struct block_object : place {
  const block_info* info;
};

struct array_object : place {
  const place_info* item;
  const instance_info* instance;
  [[nodiscard]] unsigned count() const { return item != nullptr ? item->count : instance->count; }
  [[nodiscard]] uintptr_t step() const { return item != nullptr ? item->step : instance->step; }
};

py::object object_at(const place_info& info, place where) {
  switch (info.kind) {
    case place_kind::reg: return py::cast(reg_object{std::move(where), info.reg});
    case place_kind::block: return py::cast(block_object{std::move(where), info.block});
    case place_kind::words: return py::cast(words_object{std::move(where), &info});
    default: return py::cast(bitmap_object{std::move(where), &info});
  }
}

py::object get_item(const array_object& array, size_t index) {
  if (index >= array.count()) throw py::index_error(array.path + " has fewer items");
  place where{array.to, array.address + array.step() * index, array.path + "[" + std::to_string(index) + "]", array.alias};
  if (array.item != nullptr) return object_at(*array.item, std::move(where));
  return py::cast(block_object{std::move(where), array.instance->block});
}

constexpr const char* outcomes[] = {"done", "timed out", "not masked", "still locked"};

py::object get_member(const block_object& block, const std::string& name) {
  for (size_t i = 0; i < block.info->count; ++i) {
    const place_info& each = block.info->places[i];
    if (each.name != name) continue;
    place where{block.to, block.address + each.offset, block.path + "." + name, block.alias};
    if (each.array) return py::cast(array_object{std::move(where), &each, nullptr});
    return object_at(each, std::move(where));
  }
  for (size_t i = 0; i < block.info->sequence_count; ++i) {
    const sequence_info& each = block.info->sequences[i];
    if (each.name != name) continue;
    return py::cpp_function([to = block.to, address = block.address, run = each.run] {
      port p{to.get()};
      return outcomes[static_cast<size_t>(run(&p, address))];
    });
  }
  for (size_t i = 0; i < block.info->alias_count; ++i) {
    const alias_info& each = block.info->aliases[i];
    if (each.name == name) return py::cast(block_object{{block.to, block.address + each.offset, block.path + "." + name, true}, block.info});
  }
  throw py::attribute_error(block.path + " has no register or block '" + name + "'");
}

struct device_object {
  bus_ptr to;
  const device_info* info;
};

py::object get_instance(const device_object& device, const std::string& name) {
  for (size_t i = 0; i < device.info->count; ++i) {
    const instance_info& each = device.info->instances[i];
    if (each.name != name) continue;
    place where{device.to, each.base, name, false};
    if (each.array) return py::cast(array_object{std::move(where), nullptr, &each});
    return py::cast(block_object{std::move(where), each.block});
  }
  throw py::attribute_error(std::string(device.info->name) + " has no peripheral '" + name + "'");
}

template <class Items>
py::list names_of(const Items* items, size_t count) {
  py::list made;
  for (size_t i = 0; i < count; ++i) made.append(items[i].name);
  return made;
}

template <class T>
std::string shown_place(const T& each) {
  return "<" + each.path + " at " + hexadecimal(each.address) + ">";
}

void bind_buses(py::module_& m, const device_info& device) {
  py::class_<bus, bus_ptr>(m, "Bus");
  py::class_<callback_bus, bus, std::shared_ptr<callback_bus>>(m, "Callback")
      .def(py::init<py::function, py::function>(), py::arg("load"), py::arg("store"));
  py::class_<memory_map, bus, std::shared_ptr<memory_map>>(m, "Memory")
      .def(py::init<const std::string&, uintptr_t, size_t>(), py::arg("path"), py::arg("base"), py::arg("size"));
  py::class_<mock_bus, bus, std::shared_ptr<mock_bus>>(m, "Mock")
      .def(py::init([&device] { return std::make_shared<mock_bus>(device); }))
      .def("reset", &mock_bus::reset)
      .def("hardware",
           [](mock_bus& self, const reg_object& reg, const py::kwargs& values) {
             const given_bits made = given(*reg.info, values, true);
             self.set(reg.address, reg.info, made.mask, made.bits);
           })
      .def("peek", [](const mock_bus& self, const reg_object& reg) { return value{reg.info, self.get(reg.address, reg.info)}; })
      .def("feed", [](mock_bus& self, const reg_object& reg, const std::vector<uint64_t>& items) { self.feed(reg.address, reg.info, items); })
      .def("taken", [](mock_bus& self, const reg_object& reg) { return self.taken(reg.address, reg.info); })
      .def_property_readonly("log", [](const mock_bus& self) { return self.log(); });
}

void bind_places(py::module_& m) {
  const char* const set_why = "set() is for fields that are set by a write (w1s, w0s); a stored field is given to modify()";
  const char* const clear_why = "clear() is for fields that are cleared by a write (w1c, w0c); a stored field is given to modify()";
  const char* const toggle_why = "toggle() is for fields that are toggled by a write (w1t, w0t); a stored field is given to modify()";
  py::class_<value>(m, "Value")
      .def_property_readonly("raw", [](const value& self) { return self.raw; })
      .def("__getattr__", &value::get)
      .def("__dir__", &value::names)
      .def("__repr__", &value::shown)
      .def("__eq__", [](const value& a, const value& b) { return a.info == b.info && a.raw == b.raw; })
      .def("__hash__", [](const value& self) { return std::hash<uint64_t>()(self.raw); });
  py::class_<reg_object>(m, "Register")
      .def_property_readonly("address", [](const reg_object& self) { return self.address; })
      .def_property_readonly("path", [](const reg_object& self) { return self.path; })
      .def_property_readonly("fields", [](const reg_object& self) { return names_of(self.info->fields, self.info->count); })
      .def("read", &reg_object::read)
      .def("read_raw", &reg_object::read_raw)
      .def("write_raw", &reg_object::write_raw, py::arg("value"))
      .def("write", &reg_object::write)
      .def("modify", &reg_object::modify)
      .def("set", [=](const reg_object& self, const py::args& names) { self.act(names, on_write::ones_set, on_write::zeros_set, set_why); })
      .def("clear", [=](const reg_object& self, const py::args& names) { self.act(names, on_write::ones_clear, on_write::zeros_clear, clear_why); })
      .def("toggle", [=](const reg_object& self, const py::args& names) { self.act(names, on_write::ones_toggle, on_write::zeros_toggle, toggle_why); })
      .def("__repr__", &shown_place<reg_object>);
  py::class_<words_object>(m, "Words")
      .def("__getitem__", &words_object::get)
      .def("__setitem__", &words_object::set)
      .def("__len__", [](const words_object& self) { return self.info->words; })
      .def("__repr__", &shown_place<words_object>);
  py::class_<bitmap_object>(m, "Bitmap")
      .def("__getitem__", &bitmap_object::get)
      .def("set", [](const bitmap_object& self, unsigned bit) { self.put(bit, true); }, py::arg("bit"))
      .def("clear", [](const bitmap_object& self, unsigned bit) { self.put(bit, false); }, py::arg("bit"))
      .def("__len__", [](const bitmap_object& self) { return self.info->words; })
      .def("__repr__", &shown_place<bitmap_object>);
  py::class_<block_object>(m, "Block")
      .def("__getattr__", &get_member)
      .def("__dir__", [](const block_object& self) { return names_of(self.info->places, self.info->count); })
      .def("__repr__", &shown_place<block_object>);
  py::class_<array_object>(m, "Array")
      .def("__getitem__", &get_item)
      .def("__len__", &array_object::count)
      .def("__repr__", &shown_place<array_object>);
}

}  // namespace

void bind(py::module_& m, const device_info& device) {
  bind_buses(m, device);
  bind_places(m);
  py::class_<device_object>(m, "Device")
      .def(py::init([&device](bus_ptr to) { return device_object{std::move(to), &device}; }), py::arg("bus"))
      .def("__getattr__", &get_instance)
      .def("__dir__", [](const device_object& self) { return names_of(self.info->instances, self.info->count); });
}

}  // namespace kestrel::host
