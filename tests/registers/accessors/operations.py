"""What programs do with the registers of `port.kreg`, in C++ and in C, and what the bus sees.

Of each: a name, C++, C, what is in memory before, and the accesses. `a`, `b` and `i` are arguments.
"""

from __future__ import annotations

import msgspec

from tests.registers.accessors.machine import Access

NOISE = 0xA5A5_A5A5


class Operation(msgspec.Struct, frozen=True):
    name: str
    cpp: str
    c: str
    memory: dict[int, int]
    trace: list[Access]
    args: tuple[int, ...] = ()
    returns: int | None = None


def op(
    name: str,
    cpp: str,
    c: str,
    memory: dict[int, int],
    *trace: Access,
    args: tuple[int, ...] = (),
    returns: int | None = None,
) -> Operation:
    return Operation(name, cpp, c, memory, list(trace), args, returns)


OPERATIONS = [
    # ---- one store of the right width
    op(
        "write_gives_the_rest_its_reset",
        "port0.cr().write(is<cr_r::en, 1>);",
        "port_cr_write(port0, port_cr_en(1));",
        {0: NOISE},
        ("W", 0x00, 4, 0x31),
    ),
    op(
        "write_of_nothing_but_the_reset",
        "port0.cr().write();",
        "port_cr_reset(port0);",
        {},
        ("W", 0x00, 4, 0x30),
    ),
    op(
        "write_of_run_time_values",
        "port0.cr().write(cr_r::limit::masked(a), cr_r::en(b != 0));",
        "port_cr_write(port0, port_cr_limit_masked(a), port_cr_en(b != 0));",
        {},
        ("W", 0x00, 4, 0x9A_0031),
        args=(0x789A, 4),
    ),
    op(
        "write_of_an_enum",
        "port0.cr().write(cr_r::baud(cr_r::baud_e::b9600));",
        "port_cr_write(port0, port_cr_baud(port_cr_baud_b9600));",
        {},
        ("W", 0x00, 4, 0x00),
    ),
    op(
        "write_of_a_byte",
        "port0.b().write(b_r::v(0x5A));",
        "port_b_write(port0, port_b_v(0x5A));",
        {},
        ("W", 0x20, 1, 0x5A),
    ),
    op(
        "write_of_half_a_word",
        "port0.h().write(is<h_r::v, 0x123>);",
        "port_h_write(port0, port_h_v(0x123));",
        {},
        ("W", 0x22, 2, 0x1230),
    ),
    # ---- one load and one store
    op(
        "modify_keeps_what_is_not_given",
        "port0.cr().modify(is<cr_r::en, 1>, is<cr_r::mode, 2>);",
        "port_cr_modify(port0, port_cr_en(1), port_cr_mode(2));",
        {0: 0x00A5_0170},
        ("R", 0x00, 4, 0x00A5_0170),
        ("W", 0x00, 4, 0x00A5_0271),
    ),
    op(
        "modify_of_run_time_values",
        "port0.cr().modify(cr_r::limit::masked(a));",
        "port_cr_modify(port0, port_cr_limit_masked(a));",
        {0: 0x00A5_0171},
        ("R", 0x00, 4, 0x00A5_0171),
        ("W", 0x00, 4, 0x0034_0171),
        args=(0x1234,),
    ),
    op(
        "modify_of_a_byte_needs_no_load",
        "port0.b().modify(b_r::v::masked(static_cast<uint8_t>(a)));",
        "port_b_modify(port0, port_b_v_masked(a));",
        {0x20: NOISE},
        ("W", 0x20, 1, 0x77),
        args=(0x77,),
    ),
    op(
        "modify_of_half_a_word",
        "port0.h().modify(is<h_r::e, 1>);",
        "port_h_modify(port0, port_h_e(1));",
        {0x20: 0x4320_0000},
        ("R", 0x22, 2, 0x4320),
        ("W", 0x22, 2, 0x4321),
    ),
    # ---- bits that a write of 1, or of 0, changes
    op(
        "modify_beside_write_one_fields",
        "port0.sr().modify(is<sr_r::gate, 1>);",
        "port_sr_modify(port0, port_sr_gate(1));",
        {4: 0x21F},
        ("R", 0x04, 4, 0x21F),
        ("W", 0x04, 4, 0x300),
    ),
    op(
        "clear_one_of_two_flags",
        "port0.sr().clear<sr_r::ovr>();",
        "port_sr_ovr_clear(port0);",
        {4: 0x106},
        ("R", 0x04, 4, 0x106),
        ("W", 0x04, 4, 0x102),
    ),
    op(
        "set_by_one",
        "port0.sr().set<sr_r::arm_>();",
        "port_sr_arm_set(port0);",
        {4: 0x06},
        ("R", 0x04, 4, 0x06),
        ("W", 0x04, 4, 0x08),
    ),
    op(
        "toggle_by_one",
        "port0.sr().toggle<sr_r::flip>();",
        "port_sr_flip_toggle(port0);",
        {4: 0x100},
        ("R", 0x04, 4, 0x100),
        ("W", 0x04, 4, 0x110),
    ),
    op(
        "write_beside_write_one_fields",
        "port0.sr().write(is<sr_r::gate, 1>);",
        "port_sr_write(port0, port_sr_gate(1));",
        {4: 0x1F},
        ("W", 0x04, 4, 0x100),
    ),
    op(
        "modify_beside_write_zero_fields",
        "port0.zr().modify(is<zr_r::gate, 1>);",
        "port_zr_modify(port0, port_zr_gate(1));",
        {8: 0x02},
        ("R", 0x08, 4, 0x02),
        ("W", 0x08, 4, 0x107),
    ),
    op(
        "clear_by_zero",
        "port0.zr().clear<zr_r::done>();",
        "port_zr_done_clear(port0);",
        {8: 0x101},
        ("R", 0x08, 4, 0x101),
        ("W", 0x08, 4, 0x106),
    ),
    op(
        "write_beside_write_zero_fields",
        "port0.zr().write(is<zr_r::gate, 0>);",
        "port_zr_write(port0, port_zr_gate(0));",
        {},
        ("W", 0x08, 4, 0x07),
    ),
    op(
        "modify_of_all_that_is_kept_needs_no_load",
        "port0.sr().modify(is<sr_r::gate, 1>, is<sr_r::safe, 0>);",
        "port_sr_modify(port0, port_sr_gate(1), port_sr_safe(0));",
        {4: 0x21F},
        ("W", 0x04, 4, 0x100),
    ),
    # ---- neutral values, write-only and write-once fields
    op(
        "neutral_key",
        "port0.kr().modify(is<kr_r::go, 1>);",
        "port_kr_modify(port0, port_kr_go(1));",
        {0x10: 0},
        ("W", 0x10, 4, 0x05FA_0001),
    ),
    op(
        "all_write_only_fields_given",
        "port0.cmd().write(is<cmd_r::code, 7>, cmd_r::arg::masked(a));",
        "port_cmd_write(port0, port_cmd_code(7), port_cmd_arg_masked(a));",
        {},
        ("W", 0x14, 4, 0xCD07),
        args=(0xABCD,),
    ),
    op(
        "a_write_once_field_given",
        "port0.one().modify(is<one_r::fuse, 5>, is<one_r::en, 1>);",
        "port_one_modify(port0, port_one_fuse(5), port_one_en(1));",
        {0xC4: 0},
        ("W", 0xC4, 4, 0x105),
    ),
    op(
        "one_of_an_array_of_neutral_fields",
        "port0.bs().modify(is<bs_r::s<9>, 1>);",
        "port_bs_modify(port0, port_bs_s(9, 1));",
        {},
        ("W", 0xC0, 4, 0x200),
    ),
    # ---- reserved bits as declared
    op(
        "reserved_in_modify",
        "port0.res().modify(is<res_r::en, 1>);",
        "port_res_modify(port0, port_res_en(1));",
        {0x18: 0x7FAB_C0FE},
        ("R", 0x18, 4, 0x7FAB_C0FE),
        ("W", 0x18, 4, 0x8000_FFFF),
    ),
    op(
        "reserved_in_write",
        "port0.res().write(is<res_r::en, 1>);",
        "port_res_write(port0, port_res_en(1));",
        {},
        ("W", 0x18, 4, 0x8000_FF01),
    ),
    # ---- registers that are wider than the bus, and accessed in narrow words
    op(
        "write_low_first",
        "port0.low().write(is<low_r::v, 0x1234'5678'9ABC>);",
        "port_low_write(port0, port_low_v(0x123456789ABC));",
        {},
        ("W", 0x28, 4, 0x5678_9ABC),
        ("W", 0x2C, 4, 0x1234),
    ),
    op(
        "write_high_first",
        "port0.high().write(is<high_r::v, 0x1122'3344'5566'7788>);",
        "port_high_write(port0, port_high_v(0x1122334455667788));",
        {},
        ("W", 0x34, 4, 0x1122_3344),
        ("W", 0x30, 4, 0x5566_7788),
    ),
    op(
        "modify_low_first",
        "port0.low().modify(is<low_r::e, 1>);",
        "port_low_modify(port0, port_low_e(1));",
        {0x28: 0x1111_1111, 0x2C: 0x2222},
        ("R", 0x28, 4, 0x1111_1111),
        ("R", 0x2C, 4, 0x2222),
        ("W", 0x28, 4, 0x1111_1111),
        ("W", 0x2C, 4, 0x8000_2222),
    ),
    op(
        "stable_read",
        "return static_cast<uint32_t>(port0.now().read().v() >> 32);",
        "return (uint32_t)(port_now_read(port0).v >> 32);",
        {0x38: 0x10, 0x3C: 0x20},
        ("R", 0x3C, 4, 0x20),
        ("R", 0x38, 4, 0x10),
        ("R", 0x3C, 4, 0x20),
        returns=0x20,
    ),
    op(
        "write_in_bytes",
        "port0.n().write(is<n_r::v, 0x1122'3344>);",
        "port_n_write(port0, port_n_v(0x11223344));",
        {},
        ("W", 0x40, 1, 0x44),
        ("W", 0x41, 1, 0x33),
        ("W", 0x42, 1, 0x22),
        ("W", 0x43, 1, 0x11),
    ),
    # ---- reads
    op(
        "read_a_field",
        "return port0.st().read().level();",
        "return port_st_read(port0).level;",
        {0x1C: 0xC1},
        ("R", 0x1C, 4, 0xC1),
        returns=0xC,
    ),
    op(
        "read_two_fields_at_once",
        "const auto now = port0.st().read(); return now.ready() ? now.level() : 0u;",
        "const port_st_read_t now = port_st_read(port0); return now.ready ? now.level : 0u;",
        {0x1C: 0xC1},
        ("R", 0x1C, 4, 0xC1),
        returns=0xC,
    ),
    op(
        "read_what_a_read_changes",
        "return port0.dr().read().data();",
        "return port_dr_read(port0).data;",
        {0x0C: 0x1CC},
        ("R", 0x0C, 2, 0x1CC),
        returns=0xCC,
    ),
    # ---- arrays, blocks, other instances, addresses that are known at run time
    op(
        "an_item_of_an_array",
        "port0.ch<3>().write(is<ch_r::level, 0x7FF>);",
        "port_ch_write(port0, 3, port_ch_level(0x7FF));",
        {},
        ("W", 0x68, 4, 0x7FF),
    ),
    op(
        "an_item_by_a_run_time_index",
        "port0.ch(a).modify(is<ch_r::on<2>, 1>);",
        "port_ch_modify(port0, a, port_ch_on(2, 1));",
        {0x60: 0x123},
        ("R", 0x60, 4, 0x123),
        ("W", 0x60, 4, 0x10_0123),
        args=(2,),
    ),
    op(
        "a_register_in_a_block",
        "port0.dma<1>().ctl().clear<ctl_r::done>();",
        "port_dma_ctl_done_clear(port_dma(port0, 1));",
        {0xA4: 0x3},
        ("R", 0xA4, 4, 0x3),
        ("W", 0xA4, 4, 0x3),
    ),
    op(
        "another_instance",
        "board::port1.b().write(is<b_r::v, 1>);",
        "port_b_write(board_port1, port_b_v(1));",
        {},
        ("W", 0x1020, 1, 1),
    ),
    op(
        "an_address_known_at_run_time",
        "port::at(a).cr().write(is<cr_r::en, 1>);",
        "port_cr_write((port_t){a}, port_cr_en(1));",
        {},
        ("W", 0x00, 4, 0x31),
        args=(0x4001_1000,),
    ),
    op(
        "one_store_through_an_alias",
        "port0.alias_set().cr().write(is<cr_r::en, 1>, cr_r::mode::masked(a));",
        "port_cr_alias_set(port0, port_cr_en(1), port_cr_mode_masked(a));",
        {},
        ("W", 0x800, 4, 0x201),
        args=(2,),
    ),
    op(
        "one_store_through_an_alias_of_an_item",
        "port0.alias_clear().ch<1>().write(is<ch_r::level, 1>);",
        "port_ch_alias_clear(port0, 1, port_ch_level(1));",
        {},
        ("W", 0xC58, 4, 1),
    ),
    op(
        "words_of_a_memory",
        "port0.buf().write(3, 0xBEEF); return port0.buf().read(2);",
        "port_buf_write(port0, 3, 0xBEEF); return port_buf_read(port0, 2);",
        {0x104: 0x0000_CAFE},
        ("W", 0x106, 2, 0xBEEF),
        ("R", 0x104, 2, 0xCAFE),
        returns=0xCAFE,
    ),
    op(
        "bits_of_a_bitmap",
        "port0.set().set(35); return port0.set().read(a);",
        "port_set_set(port0, 35); return port_set_read(port0, a);",
        {0x140: 0x20},
        ("W", 0x144, 4, 8),
        ("R", 0x140, 4, 0x20),
        args=(5,),
        returns=1,
    ),
]

CPP_HEAD = """
#include "board.hpp"
using namespace port;
using namespace board;
using kestrel::is;
struct irq_off {
  uint32_t before;
  irq_off() { asm volatile("mrs %0, primask\\n cpsid i" : "=r"(before) : : "memory"); }
  ~irq_off() { asm volatile("msr primask, %0" : : "r"(before) : "memory"); }
};
extern "C" void locked() { port0.cr().modify(kestrel::under<irq_off>, is<cr_r::en, 1>); }
extern "C" void unlocked() { port0.cr().modify(is<cr_r::en, 1>); }
"""
C_HEAD = """
#include "board.h"
#define port0 board_port0
typedef uint32_t irq_off_t;
static inline irq_off_t irq_off_enter(void) {
  irq_off_t before;
  __asm__ volatile("mrs %0, primask\\n cpsid i" : "=r"(before) : : "memory");
  return before;
}
static inline void irq_off_leave(irq_off_t before) {
  __asm__ volatile("msr primask, %0" : : "r"(before) : "memory");
}
void locked(void);
void unlocked(void);
void locked(void) { port_cr_modify_under(irq_off, port0, port_cr_en(1)); }
void unlocked(void) { port_cr_modify(port0, port_cr_en(1)); }
"""


NO_LIBRARY = """
#include <stddef.h>
void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size) {
  for (volatile unsigned char *at = to; size--;) *at++ = (unsigned char)value;
  return to;
}
void *memcpy(void *to, const void *from, size_t size) {
  const unsigned char *source = from;
  for (volatile unsigned char *at = to; size--;) *at++ = *source++;
  return to;
}
"""


def source(language: str) -> str:
    """All operations as functions of C linkage."""
    parts = [CPP_HEAD if language == "cpp" else NO_LIBRARY + C_HEAD]
    for each in OPERATIONS:
        body = getattr(each, language)
        kind = "void" if each.returns is None else "uint32_t"
        unused = "(void)a; (void)b;"
        head = f"{kind} {each.name}(uint32_t a, uint32_t b)"
        prefix = 'extern "C" ' if language == "cpp" else f"{head};\n"
        parts.append(f"{prefix}{head} {{ {unused} {body} }}")
    return "\n".join(parts) + "\n"
