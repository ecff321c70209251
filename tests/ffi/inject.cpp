// The key-value store of the examples, with a failure at each call of SQLite in turn.
#include "inject.h"

#include "kv_ffi.hpp"

namespace ffi = kestrel::ffi;

static bool discard(void*, const char*, const ffi::Field*, std::size_t) { return true; }

// All that a program does; how far it came.
static int work() {
  auto opened = kestrel_kv::open(":memory:");
  if (opened.failed() || !opened.value.is_ok) return 0;
  auto& db = opened.value.value;
  int done = 1;
  for (const char* key : {"a", "b"}) {
    const auto put = kestrel_kv::put(db, key, "value");
    if (put.failed() || !put.value.is_ok) break;
    ++done;
  }
  const auto got = kestrel_kv::get(db, "a");
  if (!got.failed() && got.value.is_ok) ++done;
  const auto keys = kestrel_kv::keys(db);
  if (!keys.failed() && keys.value.is_ok) ++done;
  static_cast<void>(kestrel_kv::close(std::move(db)));
  return done;
}

int main() {
  ffi::install(discard, nullptr);
  const int whole = work();
  const int calls = inject::calls;
  std::printf("%d steps, %d calls: %s\n", whole, calls, inject::trace.c_str());
  int bad = whole == 5 ? 0 : 1;
  for (int at = 1; at <= calls; ++at) {
    inject::calls = 0;
    inject::fail_at = at;
    inject::trace.clear();
    const int done = work();
    if (inject::databases != 0 || inject::statements != 0 || done > whole) {
      std::printf("call %d: %d databases and %d statements are left, %d steps: %s\n", at,
                  inject::databases, inject::statements, done, inject::trace.c_str());
      bad = 1;
    }
  }
  return bad;
}
