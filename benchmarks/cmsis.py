"""Operations of `tests/registers/accessors` as careful C with CMSIS macros: as correct as they are,
with the same accesses of the bus. What accessors decide is written out here."""

from __future__ import annotations

HEAD = """
#include <stdint.h>
typedef struct {
  volatile uint32_t CR, SR, ZR;
  volatile uint16_t DR, r0;
  volatile uint32_t KR, CMD, RES, ST;
  volatile uint8_t B, r1;
  volatile uint16_t H;
  uint32_t r2;
  volatile uint32_t LOW[2], HIGH[2], NOW[2];
  volatile uint8_t N[4];
  uint32_t r3[3];
  volatile uint32_t CH[8];
  uint32_t r4[4];
  struct { volatile uint32_t SRC, CTL; uint32_t gap[6]; } DMA[2];
  volatile uint32_t BS, ONE;
  uint32_t r5[14];
  volatile uint16_t BUF[16];
  uint32_t r6[8];
  volatile uint32_t SET[2];
} PORT_TypeDef;
#define PORT0 ((PORT_TypeDef *)0x40011000u)
#define PORT1 ((PORT_TypeDef *)0x40012000u)
#define ALIAS_SET ((PORT_TypeDef *)0x40011800u)
#define ALIAS_CLEAR ((PORT_TypeDef *)0x40011C00u)
#define CR_EN_Msk 0x1u
#define CR_BAUD_Pos 4u
#define CR_BAUD_Msk 0xF0u
#define CR_MODE_Pos 8u
#define CR_MODE_Msk 0x300u
#define CR_LIMIT_Pos 16u
#define CR_LIMIT_Msk 0xFF0000u
#define CR_Reset 0x30u
#define CR_Msk (CR_EN_Msk | CR_BAUD_Msk | CR_MODE_Msk | CR_LIMIT_Msk)
#define SR_Msk 0x300u
"""
OPERATIONS = {
    "write_gives_the_rest_its_reset": "PORT0->CR = CR_Reset | CR_EN_Msk;",
    "write_of_nothing_but_the_reset": "PORT0->CR = CR_Reset;",
    "write_of_run_time_values": "PORT0->CR = CR_Reset | ((a << CR_LIMIT_Pos) & CR_LIMIT_Msk)"
    " | (b != 0u ? CR_EN_Msk : 0u);",
    "write_of_an_enum": "PORT0->CR = 0u;",
    "write_of_a_byte": "PORT0->B = 0x5Au;",
    "write_of_half_a_word": "PORT0->H = 0x1230u;",
    "modify_keeps_what_is_not_given": "PORT0->CR = (PORT0->CR & (CR_Msk & ~CR_MODE_Msk))"
    " | CR_EN_Msk | (2u << CR_MODE_Pos);",
    "modify_of_run_time_values": "PORT0->CR = (PORT0->CR & (CR_Msk & ~CR_LIMIT_Msk))"
    " | ((a << CR_LIMIT_Pos) & CR_LIMIT_Msk);",
    "modify_of_a_byte_needs_no_load": "PORT0->B = (uint8_t)a;",
    "modify_of_half_a_word": "PORT0->H = (uint16_t)((PORT0->H & 0xFFF0u) | 1u);",
    "modify_beside_write_one_fields": "PORT0->SR = (PORT0->SR & 0x200u) | 0x100u;",
    "clear_one_of_two_flags": "PORT0->SR = (PORT0->SR & SR_Msk) | 0x2u;",
    "set_by_one": "PORT0->SR = (PORT0->SR & SR_Msk) | 0x8u;",
    "toggle_by_one": "PORT0->SR = (PORT0->SR & SR_Msk) | 0x10u;",
    "write_beside_write_one_fields": "PORT0->SR = 0x100u;",
    "modify_beside_write_zero_fields": "PORT0->ZR = (PORT0->ZR & 0x200u) | 0x107u;",
    "clear_by_zero": "PORT0->ZR = (PORT0->ZR & 0x300u) | 0x6u;",
    "write_beside_write_zero_fields": "PORT0->ZR = 0x7u;",
    "modify_of_all_that_is_kept_needs_no_load": "PORT0->SR = 0x100u;",
    "neutral_key": "PORT0->KR = 0x05FA0001u;",
    "all_write_only_fields_given": "PORT0->CMD = 7u | ((a << 8u) & 0xFF00u);",
    "a_write_once_field_given": "PORT0->ONE = 0x105u;",
    "one_of_an_array_of_neutral_fields": "PORT0->BS = 1u << 9u;",
    "reserved_in_modify": "PORT0->RES = (PORT0->RES & 0xFEu) | 0x8000FF01u;",
    "reserved_in_write": "PORT0->RES = 0x8000FF01u;",
    "write_low_first": "PORT0->LOW[0] = 0x56789ABCu; PORT0->LOW[1] = 0x1234u;",
    "write_high_first": "PORT0->HIGH[1] = 0x11223344u; PORT0->HIGH[0] = 0x55667788u;",
    "modify_low_first": "uint32_t low = PORT0->LOW[0], high = PORT0->LOW[1];"
    " PORT0->LOW[0] = low; PORT0->LOW[1] = (high & 0xFFFFu) | 0x80000000u;",
    "stable_read": "uint32_t high, again = PORT0->NOW[1];"
    " do { high = again; (void)PORT0->NOW[0]; again = PORT0->NOW[1]; } while (again != high);"
    " return high;",
    "write_in_bytes": "PORT0->N[0] = 0x44u; PORT0->N[1] = 0x33u; PORT0->N[2] = 0x22u;"
    " PORT0->N[3] = 0x11u;",
    "read_a_field": "return (PORT0->ST >> 4u) & 0xFu;",
    "read_two_fields_at_once": "uint32_t now = PORT0->ST;"
    " return (now & 1u) != 0u ? (now >> 4u) & 0xFu : 0u;",
    "read_what_a_read_changes": "return PORT0->DR & 0xFFu;",
    "an_item_of_an_array": "PORT0->CH[6] = 0x7FFu;",
    "an_item_by_a_run_time_index": "PORT0->CH[2u * a] = (PORT0->CH[2u * a] & 0x450FFFu)"
    " | 0x100000u;",
    "a_register_in_a_block": "PORT0->DMA[1].CTL = (PORT0->DMA[1].CTL & 1u) | 2u;",
    "another_instance": "PORT1->B = 1u;",
    "an_address_known_at_run_time": "((PORT_TypeDef *)a)->CR = CR_Reset | CR_EN_Msk;",
    "one_store_through_an_alias": "ALIAS_SET->CR = CR_EN_Msk | ((a << CR_MODE_Pos) & CR_MODE_Msk);",
    "one_store_through_an_alias_of_an_item": "ALIAS_CLEAR->CH[2] = 1u;",
    "words_of_a_memory": "PORT0->BUF[3] = 0xBEEFu; return PORT0->BUF[2];",
    "bits_of_a_bitmap": "PORT0->SET[1] = 1u << 3u; return (PORT0->SET[a / 32u] >> a % 32u) & 1u;",
}
