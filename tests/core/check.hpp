// A small harness: CHECK says what failed and goes on; `finish` gives the exit status.
#pragma once

#include <cstdio>
#include <sstream>
#include <string>

namespace check {

inline int failures = 0, checks = 0;

template <class T> std::string show(const T& value) {
  std::ostringstream out;
  out << std::boolalpha << value;
  return out.str();
}

inline void fail(const char* file, int line, const std::string& what) {
  ++failures;
  std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
}

template <class A, class B>
void equal(const char* file, int line, const char* text, const A& got, const B& wanted) {
  ++checks;
  if (!(got == wanted))
    fail(file, line, std::string(text) + "\n  got:    " + show(got) + "\n  wanted: " + show(wanted));
}

inline void that(const char* file, int line, const char* text, bool holds) {
  ++checks;
  if (!holds) fail(file, line, text);
}

inline int finish() {
  std::printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace check

#define CHECK(...) check::that(__FILE__, __LINE__, #__VA_ARGS__, static_cast<bool>(__VA_ARGS__))
#define CHECK_EQ(got, ...) check::equal(__FILE__, __LINE__, #got, got, __VA_ARGS__)
