// Patterns: what the subset means, what is refused and why, bounds, containment. Differential tests
// against Python's `re` are in test_patterns.py.
#include "kestrel/pattern.hpp"

#include <cassert>
#include <cstdio>

using kestrel::Invalid;
using kestrel::Pattern;

namespace {

bool matches(std::string_view pattern, std::string_view text) {
  return Pattern::compile(pattern)->matches(text);
}

// The code and reason that compiling gives; empty if it is accepted.
std::string refusal(std::string_view pattern) {
  try {
    Pattern::compile(pattern);
    return "";
  } catch (const Invalid& e) {
    const kestrel::Issue& issue = e.issues.at(0);
    return issue.code + " " + issue.values.at(1).second;
  }
}

void whole_texts_match() {
  struct Row {
    const char *pattern, *yes, *no;
  };
  const Row rows[] = {
      {"", "", "a"},
      {"a|bc", "bc", "abc"},
      {"[a-z][a-z0-9-]*", "edge-1", "Edge"},
      {"a{2,3}", "aaa", "aaaa"},
      {"a{2,}?", "aaaa", "a"},
      {"^a$", "a", "a\n"},
      {"(^a|b$)", "b", "ab"},
      {"a^b|c", "c", "ab"},
      {".", "\xe2\x82\xac", "\n"},
      {"(?s).", "\n", ""},
      {"[^a]", "\xf0\x9f\x98\x80", "a"},
      {"[\xc3\xa0-\xe2\x82\xac]", "\xc3\xa9", "e"},
      {"(?i)ab[^c]", "aBd", "abC"},
      {"a(?i:b)c", "aBc", "aBC"},
      {"[]x-]+", "]-x", "a"},
      {"\\x41\\x{20ac}", "A\xe2\x82\xac", "A"},
      {"[[:xdigit:]]+", "09aF", "g"},
      {"\\d+(?:\\.\\d+)?", "3.14", "3."},
      {"[^\\x{0}-\\x{10ffff}]|z", "z", "a"},
  };
  for (const Row& row : rows) {
    assert(matches(row.pattern, row.yes));
    assert(!matches(row.pattern, row.no));
  }
}

void what_no_automaton_can_do_is_refused() {
  assert(refusal("(a)\\1") == "KS0120 backreferences cannot be matched in linear time");
  assert(refusal("a(?=b)") == "KS0120 lookaround cannot be matched in linear time");
  assert(refusal("a**") == "KS0120 a repetition cannot be repeated: put it in a group");
  assert(refusal("(a") == "KS0120 this group is not closed");
  assert(refusal("a)") == "KS0120 `)` closes no group");
  assert(refusal("[a") == "KS0120 this class is not closed");
  assert(refusal("a\xff") == "KS0120 it is not valid UTF-8");
  assert(refusal(std::string(200, '(') + std::string(200, ')')) ==
         "KS0120 groups are nested too deeply");
  for (const char* wrong :
       {"*", "a{3,2}", "a{", "a{1001}", "[b-a]", "\\q", "\\pL", "\\b", "(?x)", "\\", "\\x{d800}"})
    assert(refusal(wrong).starts_with("KS0120"));
}

void explosions_end_quickly() {
  for (const char* pattern : {"(a|b)*a(a|b){12}", "((a{1000}){1000}){1000}", "((){1000}){1000}",
                              ".{1000}", "((a{0,100}){0,100}){0,3}"})
    assert(refusal(pattern) == "KS0121 4096");
  std::string all;
  for (int i = 0; i < 5000; ++i) all += "(a*)*";
  refusal(all);  // accepted or not, at once
}

void automata_are_minimal() {
  assert(Pattern::compile("(a|b)*a(a|b){8}")->automaton().states() == 513);
  assert(Pattern::compile("a*b|a*b|aa*b")->automaton().states() == 3);
}

void containment_is_decided() {
  std::string witness;
  const auto narrow = Pattern::compile("[a-z]{1,5}"), wide = Pattern::compile("[a-z0-9]+");
  assert(Pattern::contained(*narrow, *wide));
  assert(!Pattern::contained(*wide, *narrow, &witness));
  assert(witness == "0");
  assert(
      !Pattern::contained(*Pattern::compile("."), *Pattern::compile("[\\x{0}-\\x{7f}]"), &witness));
  assert(witness == "\xc2\x80");
  assert(Pattern::contained(*Pattern::compile("[^\\x{0}-\\x{10ffff}]"), *narrow));
}

void texts_that_many_agree_on_are_found() {
  const auto word = Pattern::compile("[a-z]+"), ab = Pattern::compile("(a|b)*"),
             one = Pattern::compile("."), any = Pattern::compile("(?s).*");
  assert(Pattern::find({{word.get(), true}, {ab.get(), false}}) == "c");
  assert(Pattern::find({{word.get(), true}, {ab.get(), true}, {one.get(), false}}) == "aa");
  assert(Pattern::find({{one.get(), false}}) == "");
  assert(!Pattern::find({{any.get(), false}}));  // whatever is left is no UTF-8
  assert(!Pattern::find({{ab.get(), true}, {word.get(), false}, {Pattern::compile("").get(), false}}));
  assert(Pattern::find({}) == "");
}

void one_text_is_compiled_once() {
  const auto first = Pattern::compile("once|and|again");
  assert(Pattern::compile("once|and|again") == first);
}

}  // namespace

int main() {
  whole_texts_match();
  what_no_automaton_can_do_is_refused();
  explosions_end_quickly();
  automata_are_minimal();
  containment_is_decided();
  texts_that_many_agree_on_are_found();
  one_text_is_compiled_once();
  std::puts("pattern: ok");
}
