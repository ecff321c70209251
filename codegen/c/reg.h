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
typedef enum {
  kestrel_done,
  kestrel_timed_out,
  kestrel_not_masked,
  kestrel_still_locked
} kestrel_outcome_t;

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

// Instructions that a mask takes on a Cortex-M, about: a byte anywhere, or all but one, is part of
// one; two low bytes have one of their own. ARMv7-M, A5.3.2.
#define KESTREL_TURNED(mask, turn) ((uint32_t)((mask) << (turn)) | (uint32_t)((uint32_t)(mask) >> (31u - (turn)) >> 1u))
#define KESTREL_BYTE(mask, turn) (KESTREL_TURNED(mask, turn) < 0x100u || (uint32_t)~KESTREL_TURNED(mask, turn) < 0x100u)
#define KESTREL_BYTES(mask, turn)                                         \
  (KESTREL_BYTE(mask, turn) || KESTREL_BYTE(mask, (turn) + 1u) ||         \
   KESTREL_BYTE(mask, (turn) + 2u) || KESTREL_BYTE(mask, (turn) + 3u))
KESTREL_INLINE unsigned kestrel_cost(uint64_t mask) {
  if (mask == 0xFFu || mask == 0xFFFFu) return 0u;
  const uint32_t low = (uint32_t)mask;
  return KESTREL_BYTES(low, 0u) || KESTREL_BYTES(low, 4u) || KESTREL_BYTES(low, 8u) ||
                 KESTREL_BYTES(low, 12u) || KESTREL_BYTES(low, 16u) || KESTREL_BYTES(low, 20u) ||
                 KESTREL_BYTES(low, 24u) || KESTREL_BYTES(low, 28u)
             ? 1u
             : 2u;
}
// Of the bits that are kept, and of those with the ones that are set besides, the shorter mask.
KESTREL_INLINE uint64_t kestrel_mask(uint64_t keep, uint64_t bits) {
  if (!__builtin_constant_p(keep) || !__builtin_constant_p(bits)) return keep;
  return kestrel_cost(keep) <= kestrel_cost(keep | bits) ? keep : keep | bits;
}

#ifdef KESTREL_BUS
// Registers behind functions of the program: a mock, a simulator, a debug probe.
extern uint64_t kestrel_load(uintptr_t address, unsigned bytes);
extern void kestrel_store(uintptr_t address, unsigned bytes, uint64_t value);
#define KESTREL_LOAD(type, base, offset) ((type)kestrel_load((base) + (offset), (unsigned)sizeof(type)))
#define KESTREL_STORE(type, base, offset, value) \
  kestrel_store((base) + (offset), (unsigned)sizeof(type), (type)(value))
#define KESTREL_LOAD_ITEM(type, base, offset, index) \
  KESTREL_LOAD(type, (base) + sizeof(type) * (index), offset)
#define KESTREL_STORE_ITEM(type, base, offset, index, value) \
  KESTREL_STORE(type, (base) + sizeof(type) * (index), offset, value)
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
// Of a size that no register has: GCC leaves the base in one piece.
#define KESTREL_FIRST(type, base)            \
  (((volatile struct {                       \
     type value;                             \
     unsigned char rest[28];                 \
   } *)kestrel_hidden(base))                 \
       ->value)
#define KESTREL_PLACE(type, base, offset)                                                        \
  (*__builtin_choose_expr((offset) < 0x1000u && (offset) % sizeof(type) == 0u,                   \
                          __builtin_choose_expr((offset) != 0u, &KESTREL_NEAR(type, base, offset), \
                                                &KESTREL_FIRST(type, base)),                     \
                          &KESTREL_FAR(type, base, offset)))
#define KESTREL_ITEM(type, base, offset, index)                  \
  (((volatile struct {                                           \
     unsigned char gap[(offset) != 0u ? (offset) : 1u];          \
     type values[1024];                                          \
   } *)kestrel_hidden(base))                                     \
       ->values[index])
#define KESTREL_LOAD(type, base, offset) (KESTREL_PLACE(type, base, offset))
#define KESTREL_STORE(type, base, offset, value) \
  ((void)(KESTREL_PLACE(type, base, offset) = (type)(value)))
// The nth of several that follow each other.
#define KESTREL_ITEMS(type, base, offset, index)                                            \
  (*__builtin_choose_expr((offset) != 0u && (offset) < 0x1000u && (offset) % sizeof(type) == 0u, \
                          &KESTREL_ITEM(type, base, offset, index),                         \
                          &KESTREL_FAR(type, base, (offset) + sizeof(type) * (index))))
#define KESTREL_LOAD_ITEM(type, base, offset, index) (KESTREL_ITEMS(type, base, offset, index))
#define KESTREL_STORE_ITEM(type, base, offset, index, value) \
  ((void)(KESTREL_ITEMS(type, base, offset, index) = (type)(value)))
#endif

#endif
