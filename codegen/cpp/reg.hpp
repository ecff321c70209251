// How generated register maps are read and written. Freestanding C++20.
//
// A register's type says what there is: its fields, and for a write what bits get that are not
// given. A location says where it is. `reg` is a register at a location.
#pragma once

#include <stdint.h>

#define KESTREL_INLINE __attribute__((always_inline)) constexpr

// What a run-time index or value that is out of range runs into; nothing, unless it is defined.
#ifndef KESTREL_ASSERT
#define KESTREL_ASSERT(holds) static_cast<void>(sizeof((holds) ? 1 : 0))
#endif

namespace kestrel {

// How a sequence ended.
enum class outcome : uint8_t { done, timed_out, not_masked, still_locked };

// ---------------------------------------------------------------- what types can tell

template <class A, class B>
inline constexpr bool same = false;
template <class A>
inline constexpr bool same<A, A> = true;

template <unsigned Bits>
struct unsigned_of {
  using type = uint64_t;
};
template <unsigned Bits>
  requires(Bits <= 8)
struct unsigned_of<Bits> {
  using type = uint8_t;
};
template <unsigned Bits>
  requires(Bits > 8 && Bits <= 16)
struct unsigned_of<Bits> {
  using type = uint16_t;
};
template <unsigned Bits>
  requires(Bits > 16 && Bits <= 32)
struct unsigned_of<Bits> {
  using type = uint32_t;
};
// The smallest type that has so many bits; of one bit `bool`.
template <unsigned Bits>
using bits_of = typename unsigned_of<Bits>::type;

struct integer {};  // a field without an enum

template <unsigned Bits, class Enum>
struct read_type {
  using type = Enum;
};
template <unsigned Bits>
struct read_type<Bits, integer> {
  using type = bits_of<Bits>;
};
template <>
struct read_type<1, integer> {
  using type = bool;
};

// Instructions that a mask takes on a Cortex-M, about: a byte anywhere, or all but one, is part of
// one; two low bytes have one of their own. ARMv7-M, A5.3.2.
constexpr unsigned cost_of_mask(uint64_t mask) {
  if (mask == 0xFFu || mask == 0xFFFFu) return 0;
  const uint32_t low = static_cast<uint32_t>(mask);
  for (unsigned turn = 0; turn < 32; ++turn) {
    const uint32_t turned = turn == 0 ? low : low << turn | low >> (32u - turn);
    if (turned < 0x100u || ~turned < 0x100u) return 1;
  }
  return 2;
}

// ---------------------------------------------------------------- where

// Memory-mapped registers at a fixed address. Base and offset are apart, so that the registers of
// one peripheral share the constant of its base. GCC takes a small constant address for an array out
// of bounds: those are hidden from it.
struct memory {
  template <class T>
  __attribute__((always_inline)) static volatile T* at(uintptr_t address) {
    return reinterpret_cast<volatile T*>(address);
  }
};

template <class T, uintptr_t Offset>
struct overlay {
  unsigned char gap[Offset];
  T value;
};
template <class T>
struct overlay<T, 0> {
  T value;
  unsigned char rest[28];  // of a size that no register has: GCC leaves the base in one piece
};

template <class T, uintptr_t Offset>
struct overlays {
  unsigned char gap[Offset];
  T values[1024];
};
template <class T>
struct overlays<T, 0> {
  T values[1024];
};

struct dynamic;

template <uintptr_t Base, uintptr_t Offset = 0>
struct fixed {
  static constexpr uintptr_t address = Base + Offset;
  template <uintptr_t More>
  KESTREL_INLINE fixed<Base, Offset + More> plus() const {
    return {};
  }
  KESTREL_INLINE dynamic plus(uintptr_t more) const;
  // So far away that it is a base of its own.
  template <uintptr_t More>
  KESTREL_INLINE fixed<Base + Offset + More> far() const {
    return {};
  }

  template <class T>
  __attribute__((always_inline)) T load() const {
    if constexpr (far_away<T>) {
      return *place<T>();
    } else {
      return reinterpret_cast<volatile overlay<T, Offset>*>(Base)->value;
    }
  }
  template <class T>
  __attribute__((always_inline)) void store(T value) const {
    if constexpr (far_away<T>) {
      *place<T>() = value;
    } else {
      reinterpret_cast<volatile overlay<T, Offset>*>(Base)->value = value;
    }
  }
  // The nth of several that follow each other.
  template <class T>
  __attribute__((always_inline)) T load_item(unsigned index) const {
    if constexpr (far_away<T>) {
      return place<T>()[index];
    } else {
      return reinterpret_cast<volatile overlays<T, Offset>*>(Base)->values[index];
    }
  }
  template <class T>
  __attribute__((always_inline)) void store_item(unsigned index, T value) const {
    if constexpr (far_away<T>) {
      place<T>()[index] = value;
    } else {
      reinterpret_cast<volatile overlays<T, Offset>*>(Base)->values[index] = value;
    }
  }

 private:
  template <class T>
  static constexpr bool far_away = address < 0x1000 || address % alignof(T) != 0 || Offset >= 0x1000;
  template <class T>
  __attribute__((always_inline)) static volatile T* place() {
    if constexpr (address >= 0x1000) return memory::at<T>(address);
    uintptr_t hidden = address;
    asm("" : "+r"(hidden));
    return memory::at<T>(hidden);
  }
};

// Memory-mapped registers at an address that is known at run time.
struct dynamic {
  uintptr_t address;
  template <uintptr_t More>
  KESTREL_INLINE dynamic plus() const {
    return {address + More};
  }
  KESTREL_INLINE dynamic plus(uintptr_t more) const { return {address + more}; }
  template <uintptr_t More>
  KESTREL_INLINE dynamic far() const {
    return {address + More};
  }
  template <class T>
  __attribute__((always_inline)) T load() const {
    return *memory::at<T>(address);
  }
  template <class T>
  __attribute__((always_inline)) void store(T value) const {
    *memory::at<T>(address) = value;
  }
  template <class T>
  __attribute__((always_inline)) T load_item(unsigned index) const {
    return plus(index * sizeof(T)).template load<T>();
  }
  template <class T>
  __attribute__((always_inline)) void store_item(unsigned index, T value) const {
    plus(index * sizeof(T)).template store<T>(value);
  }
};

template <uintptr_t Base, uintptr_t Offset>
KESTREL_INLINE dynamic fixed<Base, Offset>::plus(uintptr_t more) const {
  return {address + more};
}

// Registers behind an object: a mock, a simulator, a debug probe, another bus. It has
// `T load<T>(uintptr_t)` and `void store<T>(uintptr_t, T)`.
template <class Bus>
struct through {
  Bus* bus;
  uintptr_t address;
  template <uintptr_t More>
  KESTREL_INLINE through plus() const {
    return {bus, address + More};
  }
  KESTREL_INLINE through plus(uintptr_t more) const { return {bus, address + more}; }
  template <uintptr_t More>
  KESTREL_INLINE through far() const {
    return {bus, address + More};
  }
  template <class T>
  T load() const {
    return bus->template load<T>(address);
  }
  template <class T>
  void store(T value) const {
    bus->template store<T>(address, value);
  }
  template <class T>
  T load_item(unsigned index) const {
    return plus(index * sizeof(T)).template load<T>();
  }
  template <class T>
  void store_item(unsigned index, T value) const {
    plus(index * sizeof(T)).template store<T>(value);
  }
};

// A bus whose accesses may fail: `Result load(uintptr_t, T&)` and `Result store(uintptr_t, T)`, where
// `Result{}` is success. After a failure nothing more is done: a read-modify-write whose read failed
// writes nothing. `take` gives the first failure, and begins anew.
template <class Bus, class Result>
class careful {
 public:
  constexpr explicit careful(Bus& bus) : bus_(&bus) {}
  template <class T>
  T load(uintptr_t address) {
    T value{};
    if (first_ == Result{}) first_ = bus_->load(address, value);
    return value;
  }
  template <class T>
  void store(uintptr_t address, T value) {
    if (first_ == Result{}) first_ = bus_->store(address, value);
  }
  Result take() {
    const Result made = first_;
    first_ = Result{};
    return made;
  }

 private:
  Bus* bus_;
  Result first_{};
};

// A copy of registers that combines what is written with what is there: sets, clears or toggles the
// bits of one.
template <class Location>
struct alias : Location {
  using k_alias = void;
  KESTREL_INLINE alias(Location location) : Location(location) {}
  template <uintptr_t More>
  KESTREL_INLINE auto plus() const {
    return kestrel::alias{Location::template plus<More>()};
  }
  KESTREL_INLINE auto plus(uintptr_t more) const { return kestrel::alias{Location::plus(more)}; }
};
template <class Location>
inline constexpr bool is_alias = requires { typename Location::k_alias; };

// ---------------------------------------------------------------- fields and their values

enum class on_write : uint8_t { none, stores, ones_clear, ones_set, ones_toggle, zeros_clear,
                                zeros_set, zeros_toggle, any_clears, any_sets, special };

void this_value_does_not_fit_into_the_field();  // has no body: only a constant can come here

// A field, and as an object a value for it. A constant is checked when it is compiled; what is known
// at run time is made by `masked`, which drops what does not fit, or by `checked`, which asserts.
template <class Register, unsigned Lsb, unsigned Width, on_write OnWrite, class Enum = integer>
struct field {
  using reg = Register;
  using raw = typename Register::k_raw;
  static constexpr on_write written = OnWrite;
  static constexpr raw max = static_cast<raw>(static_cast<raw>(~raw{0}) >> (sizeof(raw) * 8u - Width));
  static constexpr raw mask = static_cast<raw>(max << Lsb);
  static constexpr unsigned lsb = Lsb;

  raw bits;

  KESTREL_INLINE field(Enum value)
    requires(!same<Enum, integer>)
      : bits(static_cast<raw>(static_cast<raw>(value) << Lsb)) {}
  template <class Bool>
    requires(same<Bool, bool> && Width == 1 && same<Enum, integer>)
  KESTREL_INLINE field(Bool value) : bits(static_cast<raw>(static_cast<raw>(value) << Lsb)) {}
  template <class Int>
    requires(!same<Int, bool> && !same<Int, Enum> && requires(Int v) { static_cast<uint64_t>(v); v < 0; })
  consteval field(Int value) : bits(static_cast<raw>(static_cast<raw>(value) << Lsb)) {
    if (value < 0 || static_cast<uint64_t>(value) > max) this_value_does_not_fit_into_the_field();
  }

  KESTREL_INLINE static field masked(raw value) { return field(in_place{}, value & max); }
  KESTREL_INLINE static field checked(raw value) {
    KESTREL_ASSERT(value <= max);
    return masked(value);
  }

 private:
  struct in_place {};
  KESTREL_INLINE field(in_place, raw value) : bits(static_cast<raw>(value << Lsb)) {}
};

// A constant for a field, in the type: `is<cr_r::en, 1>`.
template <class Field, auto Value>
struct constant {
  using given = Field;
  static_assert(static_cast<uint64_t>(Value) <= Field::max, "this value does not fit into the field");
  static constexpr typename Field::raw bits =
      static_cast<typename Field::raw>(static_cast<typename Field::raw>(Value) << Field::lsb);
};
template <class Field, auto Value>
inline constexpr constant<Field, Value> is{};

template <class X>
struct given_of {
  using type = X;
};
template <class Field, auto Value>
struct given_of<constant<Field, Value>> {
  using type = Field;
};
template <class X>
using field_of = typename given_of<X>::type;

template <unsigned Index, unsigned Count>
struct within {
  static_assert(Index < Count, "this array has fewer items");
  static constexpr unsigned index = Index;
};

// A type that, while there is an object of it, keeps others from the register: `under<irq_off>`.
template <class Lock>
struct lock_of {};
template <class Lock>
inline constexpr lock_of<Lock> under{};

// ---------------------------------------------------------------- a register somewhere

template <class R, class Location>
struct reg : Location {
  using raw = typename R::k_raw;

  KESTREL_INLINE reg(Location location) : Location(location) {}

  [[nodiscard]] KESTREL_INLINE typename R::k_value read() const {
    static_assert(R::k_readable, "this register cannot be read");
    return {get()};
  }

  // One store. Fields that are not given get their reset value, or what changes nothing; through an
  // alias, 0.
  template <class... X>
  KESTREL_INLINE void write(X... values) const {
    static_assert(R::k_writable, "this register cannot be written");
    check<X...>();
    constexpr raw given = is_alias<Location> ? static_cast<raw>(~raw{0}) : mask<X...>();
    static_assert((R::k_forced & static_cast<raw>(~given)) == 0,
                  "write() has to be given every field for which there is no value that changes nothing");
    static_assert((R::k_unknown & static_cast<raw>(~given)) == 0,
                  "write() has to be given every field whose reset value is not known");
    put(static_cast<raw>((rest_of_write(given) | ... | values.bits)));
  }

  // One load and one store, without the load where nothing of it is kept. Not atomic: what an
  // interrupt writes in between is lost, unless `under` a lock.
  template <class... X>
  KESTREL_INLINE void modify(X... values) const {
    static_assert(R::k_writable, "this register cannot be written");
    static_assert(!is_alias<Location>, "an alias combines what is written with what is there: use write()");
    static_assert(sizeof...(X) > 0, "modify() has to be given what it changes");
    static_assert(R::k_readable || (R::k_keep & static_cast<raw>(~mask<X...>())) == 0,
                  "modify() would read a register that cannot be read: use write()");
    static_assert(R::k_read_effect == 0, "modify() would read fields that change when they are read: use write()");
    check<X...>();
    constexpr raw given = mask<X...>();
    static_assert((R::k_forced & static_cast<raw>(~given)) == 0,
                  "modify() has to be given every field for which there is no value that changes nothing");
    constexpr raw keep = kept(given);
    constexpr raw set = static_cast<raw>((filled(given) | ... | constant_bits<X>()));
    if constexpr (keep == 0) {
      put(static_cast<raw>((set | ... | variable_bits(values))));
    } else {
      // Bits that are set below may be kept: of both masks the shorter one.
      constexpr raw both = static_cast<raw>(keep | set);
      constexpr raw mask = cost_of_mask(keep) <= cost_of_mask(both) ? keep : both;
      const raw rest = static_cast<raw>(get() & mask);
      put(static_cast<raw>((static_cast<raw>(rest | set) | ... | variable_bits(values))));
    }
  }
  template <class Lock, class... X>
  KESTREL_INLINE void modify(lock_of<Lock>, X... values) const {
    [[maybe_unused]] const Lock lock;
    modify(values...);
  }

  // Fields that a write sets, clears or toggles, leaving all others as they are.
  template <class... F>
  KESTREL_INLINE void set() const {
    static_assert(((F::written == on_write::ones_set || F::written == on_write::zeros_set) && ...),
                  "set() is for fields that are set by a write (w1s, w0s); a stored field is given to modify()");
    act<F...>();
  }
  template <class... F>
  KESTREL_INLINE void clear() const {
    static_assert(((F::written == on_write::ones_clear || F::written == on_write::zeros_clear) && ...),
                  "clear() is for fields that are cleared by a write (w1c, w0c); a stored field is given to modify()");
    act<F...>();
  }
  template <class... F>
  KESTREL_INLINE void toggle() const {
    static_assert(((F::written == on_write::ones_toggle || F::written == on_write::zeros_toggle) && ...),
                  "toggle() is for fields that are toggled by a write (w1t, w0t); a stored field is given to modify()");
    act<F...>();
  }

  // For fields that are known at run time only: nothing is checked.
  KESTREL_INLINE void write_given(raw given, raw bits) const {
    put(static_cast<raw>(rest_of_write(given) | bits));
  }
  KESTREL_INLINE void modify_given(raw given, raw bits) const {
    const raw rest = static_cast<raw>(filled(given) | bits);
    put(kept(given) == 0 ? rest : static_cast<raw>((get() & kept(given)) | rest));
  }

  // All bits at once, for what has no better name.
  [[nodiscard]] KESTREL_INLINE raw read_raw() const {
    static_assert(R::k_readable, "this register cannot be read");
    return get();
  }
  KESTREL_INLINE void write_raw(raw bits) const {
    static_assert(R::k_writable, "this register cannot be written");
    put(bits);
  }

 private:
  using word = typename R::k_word;
  static constexpr unsigned words = R::k_words;
  static constexpr unsigned word_bits = sizeof(word) * 8u;

  template <class... X>
  static constexpr raw mask() {
    return static_cast<raw>((raw{0} | ... | field_of<X>::mask));
  }
  // Of bits that are not given: those that are kept, what the others get, and what all get in a write.
  static constexpr raw kept(raw given) { return static_cast<raw>(R::k_keep & static_cast<raw>(~given)); }
  static constexpr raw filled(raw given) { return static_cast<raw>(R::k_fill & static_cast<raw>(~given)); }
  static constexpr raw rest_of_write(raw given) {
    return static_cast<raw>((R::k_reset & kept(given)) | filled(given));
  }
  template <class... X>
  static constexpr void check() {
    static_assert((same<typename field_of<X>::reg, R> && ...), "this is a field of another register");
    static_assert(((field_of<X>::written != on_write::none) && ...), "this field cannot be written");
    static_assert(apart<field_of<X>...>(), "a field is given twice");
  }
  template <class... F>
  static consteval bool apart() {
    [[maybe_unused]] raw seen = 0;
    bool alone = true;
    ((alone = alone && (seen & F::mask) == 0, seen = static_cast<raw>(seen | F::mask)), ...);
    return alone;
  }
  template <class X>
  static constexpr raw constant_bits() {
    if constexpr (same<X, field_of<X>>) {
      return 0;
    } else {
      return X::bits;
    }
  }
  template <class X>
  KESTREL_INLINE static raw variable_bits(X value) {
    return same<X, field_of<X>> ? value.bits : raw{0};
  }
  template <class... F>
  KESTREL_INLINE void act() const {
    modify(constant<F, (F::written >= on_write::zeros_clear ? raw{0} : F::max)>{}...);
  }

  // ---- as many accesses as the register has words, in their declared order

  KESTREL_INLINE raw get() const {
    if constexpr (words == 1) {
      return Location::template load<word>();
    } else if constexpr (R::k_stable) {
      return get_stable();
    } else {
      return get_words<0>();
    }
  }
  KESTREL_INLINE void put(raw bits) const {
    if constexpr (words == 1) {
      Location::template store<word>(bits);
    } else {
      put_words<0>(bits);
    }
  }
  // The nth word in order: from the lowest, or from the highest.
  template <unsigned Nth>
  static constexpr unsigned place = R::k_high_first ? words - 1 - Nth : Nth;
  template <unsigned Place>
  KESTREL_INLINE word get_part() const {
    constexpr unsigned at = R::k_big_endian ? words - 1 - Place : Place;
    return Location::template plus<at * sizeof(word)>().template load<word>();
  }
  template <unsigned Place>
  KESTREL_INLINE raw get_word() const {
    return static_cast<raw>(static_cast<raw>(get_part<Place>()) << Place * word_bits);
  }
  template <unsigned Nth>
  KESTREL_INLINE raw get_words() const {
    const raw part = get_word<place<Nth>>();
    if constexpr (Nth + 1 == words) {
      return part;
    } else {
      return static_cast<raw>(part | get_words<Nth + 1>());
    }
  }
  template <unsigned Nth>
  KESTREL_INLINE void put_words(raw bits) const {
    constexpr unsigned at = R::k_big_endian ? words - 1 - place<Nth> : place<Nth>;
    Location::template plus<at * sizeof(word)>().template store<word>(
        static_cast<word>(bits >> place<Nth> * word_bits));
    if constexpr (Nth + 1 < words) put_words<Nth + 1>(bits);
  }
  // The highest words again until they did not change while the lower ones were read.
  KESTREL_INLINE raw get_stable() const {
    constexpr unsigned high = words - 1;
    word before = get_part<high>();
    for (;;) {
      raw low = 0;
      [&]<unsigned... I>(parts<I...>) {
        ((low = static_cast<raw>(low | get_word<I>())), ...);
      }(typename count<high>::type{});
      const word after = get_part<high>();
      if (before == after) return static_cast<raw>(static_cast<raw>(static_cast<raw>(after) << high * word_bits) | low);
      before = after;
    }
  }
  template <unsigned...>
  struct parts {};
  template <unsigned N, unsigned... I>
  struct count : count<N - 1, N - 1, I...> {};
  template <unsigned... I>
  struct count<0, I...> {
    using type = parts<I...>;
  };
};

// ---------------------------------------------------------------- words and bits that are all alike

template <class T, unsigned Count, class Location>
struct words : Location {
  KESTREL_INLINE words(Location location) : Location(location) {}
  static constexpr unsigned size = Count;
  [[nodiscard]] KESTREL_INLINE T read(unsigned index) const {
    KESTREL_ASSERT(index < Count);
    return Location::template load_item<T>(index);
  }
  KESTREL_INLINE void write(unsigned index, T value) const {
    KESTREL_ASSERT(index < Count);
    Location::template store_item<T>(index, value);
  }
};

template <class T, unsigned Count, on_write OnWrite, class Location>
struct bitmap : Location {
  KESTREL_INLINE bitmap(Location location) : Location(location) {}
  static constexpr unsigned size = Count;
  [[nodiscard]] KESTREL_INLINE bool read(unsigned index) const {
    return (Location::template load_item<T>(word(index)) >> index % bits & 1u) != 0;
  }
  KESTREL_INLINE void set(unsigned index) const {
    static_assert(OnWrite == on_write::ones_set || OnWrite == on_write::stores, "no write sets these bits");
    put(index, true);
  }
  KESTREL_INLINE void clear(unsigned index) const {
    static_assert(OnWrite == on_write::ones_clear || OnWrite == on_write::stores, "no write clears these bits");
    put(index, false);
  }

 private:
  static constexpr unsigned bits = sizeof(T) * 8u;
  KESTREL_INLINE static unsigned word(unsigned index) {
    KESTREL_ASSERT(index < Count);
    return index / bits;
  }
  KESTREL_INLINE void put(unsigned index, bool value) const {
    const unsigned place = word(index);
    const T one = static_cast<T>(T{1} << index % bits);
    if constexpr (OnWrite == on_write::stores) {
      const T before = Location::template load_item<T>(place);
      Location::template store_item<T>(place, static_cast<T>(value ? before | one : before & static_cast<T>(~one)));
    } else {
      Location::template store_item<T>(place, one);
    }
  }
};

}  // namespace kestrel
