// Shared by the fuzz targets: what a broken promise looks like, and the schema that inputs meet.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "kestrel/ir.hpp"
#include "kestrel/issue.hpp"
#include "kestrel/layout.hpp"

namespace fuzz {

// Ends the run with a crash that libFuzzer keeps the input of.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The two halves of an input, at its first zero byte.
struct Halves {
  std::string_view left, right;
};
inline Halves halves(std::string_view text) {
  const std::size_t zero = text.find('\0');
  if (zero == text.npos) return {text, {}};
  return {text.substr(0, zero), text.substr(zero + 1)};
}

// The schema whose IR `corpus.py` wrote; KESTREL_FUZZ_SCHEMA says where.
inline const std::shared_ptr<const kestrel::Schema>& schema() {
  static const auto loaded = [] {
    const char* path = std::getenv("KESTREL_FUZZ_SCHEMA");
    require(path != nullptr, "KESTREL_FUZZ_SCHEMA names the IR that corpus.py wrote");
    std::ifstream file(path, std::ios::binary);
    const std::string ir{std::istreambuf_iterator<char>(file), {}};
    return kestrel::Schema::compile(kestrel::ir::Bundle::load(ir));
  }();
  return loaded;
}

// Runs what may refuse its input; true if it did not. A refusal says at least one thing.
template <class Run> bool accepts(Run run) {
  try {
    run();
    return true;
  } catch (const kestrel::Invalid& invalid) {
    require(!invalid.issues.empty(), "a refusal says why");
    for (const auto& issue : invalid.issues) require(!issue.code.empty(), "an issue has a code");
    return false;
  }
}

}  // namespace fuzz
