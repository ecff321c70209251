// Register maps for Python: the accessors of firmware over a bus that a program gives.
//
// Tables say what there is by name; each register's code is that of its generated type, with a bus
// behind it. So a test on a host runs what firmware runs.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "reg.hpp"

namespace kestrel::host {

namespace py = pybind11;

// ---------------------------------------------------------------- buses

struct bus {
  bus() = default;
  bus(const bus&) = delete;
  bus& operator=(const bus&) = delete;
  virtual ~bus() = default;
  virtual uint64_t load(uintptr_t address, unsigned bytes) = 0;
  virtual void store(uintptr_t address, unsigned bytes, uint64_t value) = 0;
};

// What generated accessors call.
struct port {
  bus* to;
  template <class T>
  T load(uintptr_t address) const {
    return static_cast<T>(to->load(address, sizeof(T)));
  }
  template <class T>
  void store(uintptr_t address, T value) const {
    to->store(address, sizeof(T), value);
  }
};

// ---------------------------------------------------------------- tables

enum class on_read : uint8_t { none, clears, sets };

struct enumerator {
  const char* name;
  uint64_t value;
};
struct enumeration {
  const enumerator* values;
  size_t count;
};

// Bits of a register that a mock looks at: its place in the map that they are said in.
struct bits_of_register {
  uintptr_t offset;
  unsigned lsb, width;
};
// What has to be: of `==` or of `!=`.
struct condition {
  bits_of_register place;
  bool equal;
  uint64_t value;
};
struct touch {
  bool write;
  uintptr_t offset;
};
enum class effect_kind : uint8_t { sets, clears, locked, unlocked, writable };
// What a field does to others, or others to it. `item`: of an array of fields, all if negative.
struct effect {
  effect_kind kind;
  int item;
  condition what;
};

struct field_info {
  const char* name;
  unsigned lsb, width, count, step;
  bool array, readable, writable, once, pulse, pops, pushes, has_neutral;
  uint64_t neutral;
  on_write written;
  on_read read;
  enumeration reads, writes;
  const effect* effects;
  size_t effect_count;
  const touch* cleared;
  size_t touch_count;
  [[nodiscard]] unsigned at(unsigned item) const { return lsb + step * item; }
  [[nodiscard]] uint64_t top() const { return width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }
};

struct code {
  uint64_t (*get)(port*, uintptr_t);
  void (*put)(port*, uintptr_t, uint64_t);
  void (*write)(port*, uintptr_t, uint64_t given, uint64_t bits);
  void (*modify)(port*, uintptr_t, uint64_t given, uint64_t bits);
  uint64_t reset, keep, forced, unknown, effects;
  bool readable, writable;
};

template <class R>
using at_port = kestrel::reg<R, kestrel::through<port>>;
template <class R>
constexpr code code_of() {
  using raw = typename R::k_raw;
  return {
      [](port* p, uintptr_t a) -> uint64_t {
        if constexpr (R::k_readable) return at_port<R>({p, a}).read_raw();
        return 0;
      },
      [](port* p, uintptr_t a, uint64_t bits) {
        if constexpr (R::k_writable) at_port<R>({p, a}).write_raw(static_cast<raw>(bits));
      },
      [](port* p, uintptr_t a, uint64_t given, uint64_t bits) {
        if constexpr (R::k_writable) at_port<R>({p, a}).write_given(static_cast<raw>(given), static_cast<raw>(bits));
      },
      [](port* p, uintptr_t a, uint64_t given, uint64_t bits) {
        if constexpr (R::k_writable) at_port<R>({p, a}).modify_given(static_cast<raw>(given), static_cast<raw>(bits));
      },
      R::k_reset, R::k_keep, R::k_forced, R::k_unknown, R::k_read_effect, R::k_readable, R::k_writable};
}

struct register_info {
  const char* name;
  unsigned bytes;
  bool big_endian;
  code run;
  const field_info* fields;
  size_t count;
};

struct block_info;
enum class place_kind : uint8_t { reg, block, words, bitmap };
struct place_info {
  const char* name;
  place_kind kind;
  uintptr_t offset, step;
  unsigned count;
  bool array;
  const register_info* reg;
  const block_info* block;
  unsigned words, bytes;  // of a memory and a bitmap; of a bitmap `words` are bits
  on_write written;
};
struct alias_info {
  const char* name;
  char kind;  // `x`, `s`, `c`: exclusive or, set, clear
  uintptr_t offset;
};
struct sequence_info {
  const char* name;
  outcome (*run)(port*, uintptr_t);
};
struct block_info {
  const char* name;
  const place_info* places;
  size_t count;
  const alias_info* aliases;
  size_t alias_count;
  const sequence_info* sequences;
  size_t sequence_count;
};

// The clock of sequences.
inline uint64_t nanoseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}
struct instance_info {
  const char* name;
  const block_info* block;
  uintptr_t base, step;
  unsigned count;
  bool array;
};
struct device_info {
  const char* name;
  const instance_info* instances;
  size_t count;
};

// ---------------------------------------------------------------- Python's side

void bind(py::module_& module, const device_info& device);

}  // namespace kestrel::host
