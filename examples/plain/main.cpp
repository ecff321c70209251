// Functions of Kestrel in a program without Python: it says itself where audit records go.
#include <cstdio>

#include "kv_ffi.hpp"

namespace ffi = kestrel::ffi;

static bool print_record(void*, const char* event, const ffi::Field*, std::size_t count) {
  std::printf("audit: %s, %zu fields\n", event, count);
  return true;
}

int main(int argc, char** argv) {
  ffi::install(print_record, nullptr);
  const auto opened = kestrel_kv::open(argc > 1 ? argv[1] : ":memory:");
  if (opened.failed() || !opened.value.is_ok) {
    std::printf("cannot open: %s\n", opened.value.error.text().c_str());
    return 1;
  }
  const auto put = kestrel_kv::put(opened.value.value, "greeting", "hello");
  const auto got = kestrel_kv::get(opened.value.value, "greeting");
  if (put.failed() || got.failed() || !got.value.is_ok) return 1;
  std::printf("greeting: %s\n", got.value.value.value_or("(none)").c_str());
  return 0;
}
