// How generated register maps are read and written. Freestanding C11, for GCC and Clang.
#ifndef KESTREL_REG_H
#define KESTREL_REG_H

#include <stdint.h>

#define KESTREL_INLINE static inline __attribute__((always_inline, unused))

// What a run-time index or value that is out of range runs into; nothing, unless it is defined.
#ifndef KESTREL_ASSERT
#define KESTREL_ASSERT(holds) ((void)sizeof((holds) ? 1 : 0))
#endif

// A mistake that shows once constants are folded: an error where they are, else an assertion.
#ifdef __OPTIMIZE__
#define KESTREL_REFUSE(wrong, name, text)                     \
  do {                                                        \
    if (__builtin_constant_p(wrong) && (wrong)) {             \
      extern void name(void) __attribute__((error(text)));    \
      name();                                                 \
    }                                                         \
    KESTREL_ASSERT(!(wrong));                                 \
  } while (0)
#else
#define KESTREL_REFUSE(wrong, name, text) KESTREL_ASSERT(!(wrong))
#endif

// An expression that is 0 and does not compile unless `holds`; and one that never does.
#define KESTREL_HOLDS(holds, text) (0u * (uint32_t)sizeof(struct { _Static_assert((holds), text); int kestrel; }))
#define KESTREL_NEVER(text) ((void)sizeof(struct { _Static_assert(0, text); int kestrel; }))

// A value that has to be a constant and fit; and one bit, which any condition fits.
#define KESTREL_CONSTANT(value, max)                                                          \
  KESTREL_HOLDS(__builtin_choose_expr(__builtin_constant_p(value), 1, 0),                     \
                "this value is known at run time only: use _masked, or _checked") +           \
      KESTREL_HOLDS(__builtin_choose_expr(__builtin_constant_p(value), (uint64_t)(value), 0u) <= (max), \
                    "this value does not fit into the field")
#define KESTREL_ONE_BIT(value)                                                                \
  KESTREL_HOLDS(__builtin_choose_expr(__builtin_constant_p(value), (uint64_t)(value), 0u) <= 1u, \
                "this value does not fit into the field")

// How a sequence ended.
typedef enum { kestrel_done, kestrel_timed_out, kestrel_not_masked } kestrel_outcome_t;

// Bits of a register that are given a value.
typedef struct {
  uint32_t mask, bits;
} kestrel_given32_t;
typedef struct {
  uint64_t mask, bits;
} kestrel_given64_t;

KESTREL_INLINE uint64_t kestrel_checked(uint64_t value, uint64_t max) {
  KESTREL_ASSERT(value <= max);
  return value & max;
}

#ifdef KESTREL_BUS
// Registers behind functions of the program: a mock, a simulator, a debug probe.
extern uint64_t kestrel_load(uintptr_t address, unsigned bytes);
extern void kestrel_store(uintptr_t address, unsigned bytes, uint64_t value);
#define KESTREL_LOAD(type, base, offset) ((type)kestrel_load((base) + (offset), (unsigned)sizeof(type)))
#define KESTREL_STORE(type, base, offset, value) \
  kestrel_store((base) + (offset), (unsigned)sizeof(type), (type)(value))
#else
// Base and offset are apart, so that the registers of one peripheral share the constant of its
// base. GCC takes a small constant address for an array out of bounds: those are hidden from it.
KESTREL_INLINE uintptr_t kestrel_hidden(uintptr_t base) {
  if (__builtin_constant_p(base) && base < 0x1000u) __asm__("" : "+r"(base));
  return base;
}
#define KESTREL_FAR(type, base, offset) (*(volatile type *)(kestrel_hidden(base) + (offset)))
#define KESTREL_NEAR(type, base, offset)                         \
  (((volatile struct {                                           \
     unsigned char gap[(offset) != 0u ? (offset) : 1u];          \
     type value;                                                 \
   } *)kestrel_hidden(base))                                     \
       ->value)
#define KESTREL_PLACE(type, base, offset)                                                        \
  (*__builtin_choose_expr((offset) != 0u && (offset) < 0x1000u && (offset) % sizeof(type) == 0u, \
                          &KESTREL_NEAR(type, base, offset), &KESTREL_FAR(type, base, offset)))
#define KESTREL_LOAD(type, base, offset) (KESTREL_PLACE(type, base, offset))
#define KESTREL_STORE(type, base, offset, value) \
  ((void)(KESTREL_PLACE(type, base, offset) = (type)(value)))
#endif

#endif
