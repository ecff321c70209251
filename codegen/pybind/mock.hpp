// A device that behaves as its map says, without the device: what reads and writes do to its bits.
#pragma once

#include <algorithm>
#include <deque>
#include <tuple>

#include "host.hpp"

namespace kestrel::host {

inline std::string hexadecimal(uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string made;
  for (; value != 0 || made.empty(); value >>= 4) made.insert(made.begin(), digits[value & 15]);
  return "0x" + made;
}

class mock_bus final : public bus {
 public:
  using access = std::tuple<std::string, uintptr_t, unsigned, uint64_t>;

  explicit mock_bus(const device_info& device) {
    for (size_t i = 0; i < device.count; ++i) {
      const instance_info& each = device.instances[i];
      for (unsigned n = 0; n < each.count; ++n) add(*each.block, each.base + each.step * n, each.base + each.step * n);
      for (size_t a = 0; a < each.block->alias_count; ++a)
        for (unsigned n = 0; n < each.count; ++n) aliases_.push_back({each.base + each.step * n, each.block->aliases[a]});
    }
  }

  void reset() {
    for (auto& [address, there] : cells_)
      for (cell& each : there) each = cell{each.info, each.base};
    bytes_.clear();
    log_.clear();
  }
  uint64_t load(uintptr_t address, unsigned bytes) override {
    const uint64_t made = loaded(unaliased(address).first, bytes);
    log_.emplace_back("R", address, bytes, made);
    return made;
  }
  void store(uintptr_t address, unsigned bytes, uint64_t value) override {
    log_.emplace_back("W", address, bytes, value);
    const auto [real, kind] = unaliased(address);
    stored(real, bytes, value, kind);
  }

  void set(uintptr_t address, const register_info* info, uint64_t mask, uint64_t bits) {
    cell& found = of(address, info);
    found.value = (found.value & ~mask) | bits;
  }
  [[nodiscard]] uint64_t get(uintptr_t address, const register_info* info) const {
    return const_cast<mock_bus*>(this)->of(address, info).value;
  }
  void feed(uintptr_t address, const register_info* info, const std::vector<uint64_t>& items) {
    cell& found = of(address, info);
    found.waiting.insert(found.waiting.end(), items.begin(), items.end());
  }
  std::vector<uint64_t> taken(uintptr_t address, const register_info* info) {
    return std::exchange(of(address, info).pushed, {});
  }
  [[nodiscard]] const std::vector<access>& log() const { return log_; }

 private:
  struct cell {
    const register_info* info;
    uintptr_t base;  // of the map that its places are said in
    uint64_t value = info->run.reset;
    uint64_t once = 0;  // bits that have been written once
    std::map<const field_info*, size_t> touched{};  // how far each `cleared by` has come
    std::deque<uint64_t> waiting{};
    std::vector<uint64_t> pushed{};
  };
  struct alias {
    uintptr_t base;
    alias_info what;
  };

  static constexpr unsigned widest = 8;

  void add(const block_info& block, uintptr_t address, uintptr_t base) {
    for (size_t i = 0; i < block.count; ++i) {
      const place_info& each = block.places[i];
      for (unsigned n = 0; n < each.count; ++n) {
        const uintptr_t at = address + each.offset + each.step * n;
        if (each.kind == place_kind::reg) cells_[at].push_back(cell{each.reg, base});
        if (each.kind == place_kind::block) add(*each.block, at, base);
        if (each.kind == place_kind::bitmap) bitmaps_.push_back({at, &each});
      }
    }
  }
  cell& of(uintptr_t address, const register_info* info) {
    for (cell& each : cells_[address])
      if (each.info == info) return each;
    throw py::key_error("this register is not one of the device");
  }
  // The address without an alias, and what the alias does.
  [[nodiscard]] std::pair<uintptr_t, char> unaliased(uintptr_t address) const {
    if (cells_.count(address) == 0)
      for (const alias& each : aliases_) {
        const uintptr_t real = address - each.what.offset;
        if (real >= each.base && cells_.count(real) != 0) return {real, each.what.kind};
      }
    return {address, 0};
  }

  // ---- reads

  // Registers that an access of `bytes` at `address` reaches.
  template <class Do>
  bool reached(uintptr_t address, unsigned bytes, const Do& act) {
    bool any = false;
    auto at = cells_.lower_bound(address < widest ? 0 : address - widest + 1);
    for (; at != cells_.end() && at->first < address + bytes; ++at)
      for (cell& each : at->second)
        if (at->first + each.info->bytes > address) {
          act(each, at->first);
          any = true;
        }
    return any;
  }
  // Where the bits of a register are in an access: how far to the left, or if negative to the right.
  static int shift(const cell& each, uintptr_t at, uintptr_t address, unsigned bytes) {
    const int behind = static_cast<int>(static_cast<intptr_t>(at - address));
    const int left = each.info->big_endian ? static_cast<int>(bytes) - static_cast<int>(each.info->bytes) - behind : behind;
    return left * 8;
  }
  static uint64_t shifted(uint64_t bits, int left) {
    if (left >= 64 || left <= -64) return 0;
    return left >= 0 ? bits << left : bits >> -left;
  }
  static uint64_t low(unsigned bytes) { return bytes >= 8 ? ~uint64_t{0} : (uint64_t{1} << 8 * bytes) - 1; }

  uint64_t loaded(uintptr_t address, unsigned bytes) {
    uint64_t made = 0;
    const bool any = reached(address, bytes, [&](cell& each, uintptr_t at) {
      if (!each.info->run.readable) return;
      const int left = shift(each, at, address, bytes);
      const uint64_t lanes = shifted(low(bytes), -left) & low(each.info->bytes);
      made |= shifted(read(each) & lanes, left) & low(bytes);
      after_read(each, lanes);
    });
    if (any) {
      touch_all(address, bytes, false);
      return made;
    }
    for (unsigned i = 0; i < bytes; ++i) made |= static_cast<uint64_t>(byte(address + i)) << 8 * i;
    return made;
  }
  static uint64_t read(cell& each) {
    uint64_t readable = each.info->count == 0 ? ~uint64_t{0} : 0;
    for (size_t i = 0; i < each.info->count; ++i) {
      const field_info& field = each.info->fields[i];
      if (field.readable) readable |= all(field);
      if (field.pops && !each.waiting.empty()) put(each, all(field), each.waiting.front() << field.lsb);
    }
    return each.value & readable;
  }
  static void after_read(cell& each, uint64_t lanes) {
    for (size_t i = 0; i < each.info->count; ++i) {
      const field_info& field = each.info->fields[i];
      const uint64_t mask = all(field) & lanes;
      if (mask == 0) continue;
      if (field.read == on_read::clears) each.value &= ~mask;
      if (field.read == on_read::sets) each.value |= mask;
      if (field.pops && !each.waiting.empty()) each.waiting.pop_front();
    }
  }
  static uint64_t all(const field_info& field) {
    uint64_t made = 0;
    for (unsigned i = 0; i < field.count; ++i) made |= field.top() << field.at(i);
    return made;
  }
  static void put(cell& each, uint64_t mask, uint64_t bits) {
    each.value = (each.value & ~mask) | (bits & mask);
  }

  // ---- writes

  void stored(uintptr_t address, unsigned bytes, uint64_t value, char alias_kind) {
    const bool any = reached(address, bytes, [&](cell& each, uintptr_t at) {
      if (!each.info->run.writable) return;
      const int left = shift(each, at, address, bytes);
      const uint64_t lanes = shifted(low(bytes), -left) & low(each.info->bytes);
      write(each, lanes, through_alias(each, shifted(value & low(bytes), -left), alias_kind));
    });
    if (any) return touch_all(address, bytes, true);
    for (unsigned i = 0; i < bytes; ++i) set_byte(address + i, static_cast<uint8_t>(value >> 8 * i));
  }
  // A copy of a register combines what is written with what is there.
  static uint64_t through_alias(const cell& each, uint64_t bits, char kind) {
    switch (kind) {
      case 'x': return each.value ^ bits;
      case 's': return each.value | bits;
      case 'c': return each.value & ~bits;
      default: return bits;
    }
  }
  void write(cell& each, uint64_t lanes, uint64_t bits) {
    for (size_t i = 0; i < each.info->count; ++i) {
      const field_info& field = each.info->fields[i];
      if (!field.writable) continue;
      for (unsigned item = 0; item < field.count; ++item) {
        const uint64_t mask = field.top() << field.at(item) & lanes;
        if (mask != 0 && may_write(each, field, item, mask)) write(each, field, item, mask, bits);
      }
    }
  }
  void write(cell& each, const field_info& field, unsigned item, uint64_t mask, uint64_t bits) {
    if (field.has_neutral && mask == field.top() << field.at(item) && (bits & mask) == field.neutral << field.at(item)) return;
    put(each, mask, written(field.written, each.value, bits));
    if (field.once) each.once |= mask;
    if (field.pushes) each.pushed.push_back((bits & mask) >> field.at(item));
    act(each, field, item, (bits & mask) >> field.at(item));
    if (field.pulse) each.value &= ~mask;
  }
  static uint64_t written(on_write how, uint64_t old, uint64_t bits) {
    switch (how) {
      case on_write::ones_clear: return old & ~bits;
      case on_write::ones_set: return old | bits;
      case on_write::ones_toggle: return old ^ bits;
      case on_write::zeros_clear: return old & bits;
      case on_write::zeros_set: return old | ~bits;
      case on_write::zeros_toggle: return old ^ ~bits;
      case on_write::any_clears: return 0;
      case on_write::any_sets: return ~uint64_t{0};
      case on_write::special: return old;
      default: return bits;
    }
  }
  bool may_write(cell& each, const field_info& field, unsigned item, uint64_t mask) {
    if (field.once && (each.once & mask) != 0) return false;
    for (size_t i = 0; i < field.effect_count; ++i) {
      const effect& e = field.effects[i];
      if (e.item >= 0 && static_cast<unsigned>(e.item) != item) continue;
      const bool holds = (value_at(each.base, e.what.place) == e.what.value) == e.what.equal;
      if (e.kind == effect_kind::locked && holds) return false;
      if ((e.kind == effect_kind::unlocked || e.kind == effect_kind::writable) && !holds) return false;
    }
    return true;
  }
  // What a written value does to other bits.
  void act(cell& each, const field_info& field, unsigned item, uint64_t bits) {
    for (size_t i = 0; i < field.effect_count && bits != 0; ++i) {
      const effect& e = field.effects[i];
      if (e.item >= 0 && static_cast<unsigned>(e.item) != item) continue;
      if (e.kind != effect_kind::sets && e.kind != effect_kind::clears) continue;
      for (cell& other : cells_[each.base + e.what.place.offset]) {
        const uint64_t mask = ones(e.what.place.width) << e.what.place.lsb;
        put(other, mask, e.kind == effect_kind::sets ? mask : 0);
      }
    }
  }
  static uint64_t ones(unsigned width) { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }
  uint64_t value_at(uintptr_t base, const bits_of_register& place) {
    const auto found = cells_.find(base + place.offset);
    if (found == cells_.end()) return 0;
    return found->second.front().value >> place.lsb & ones(place.width);
  }

  // ---- flags that go by accesses to other registers, one after the other

  void touch_all(uintptr_t address, unsigned bytes, bool write) {
    for (auto& [at, there] : cells_)
      for (cell& each : there)
        for (size_t i = 0; i < each.info->count; ++i)
          if (each.info->fields[i].touch_count != 0) touch_one(each, each.info->fields[i], address, bytes, write);
  }
  static void touch_one(cell& each, const field_info& field, uintptr_t address, unsigned bytes, bool write) {
    size_t& done = each.touched[&field];
    const touch& next = field.cleared[done];
    const uintptr_t at = each.base + next.offset;
    if (next.write != write || at < address || at >= address + bytes) return;
    if (++done < field.touch_count) return;
    done = 0;
    each.value &= ~all(field);
  }

  // ---- memory, and bitmaps

  uint8_t byte(uintptr_t address) const {
    const auto found = bytes_.find(address);
    return found == bytes_.end() ? uint8_t{0} : found->second;
  }
  void set_byte(uintptr_t address, uint8_t bits) {
    bytes_[address] = static_cast<uint8_t>(written(how(address), byte(address), bits));
  }
  [[nodiscard]] on_write how(uintptr_t address) const {
    for (const auto& [at, info] : bitmaps_)
      if (address >= at && address < at + (info->words + 7) / 8) return info->written;
    return on_write::stores;
  }

  std::map<uintptr_t, std::vector<cell>> cells_;
  std::map<uintptr_t, uint8_t> bytes_;
  std::vector<std::pair<uintptr_t, const place_info*>> bitmaps_;
  std::vector<alias> aliases_;
  std::vector<access> log_;
};

}  // namespace kestrel::host
