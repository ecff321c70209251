// Patterns, compiled once in a process however often a schema names them.
#include "kestrel/pattern.hpp"

#include <mutex>
#include <unordered_map>

#include "pattern_automaton.hpp"

namespace kestrel {
namespace {

Issue refused(std::string_view source, const pattern::Refused& e) {
  return {"KS0120",
          {{"pattern", std::string(source)}, {"why", e.why}, {"column", std::to_string(e.column)}},
          ""};
}

Issue too_large(std::string_view source) {
  return {"KS0121",
          {{"pattern", std::string(source)}, {"limit", std::to_string(Pattern::kMaxStates)}},
          ""};
}

std::shared_ptr<const Pattern> make(std::string_view source) {
  try {
    const pattern::Nfa nfa = pattern::build_nfa(pattern::parse(source));
    return std::make_shared<const Pattern>(std::string(source),
                                           pattern::minimise(pattern::determinise(nfa)));
  } catch (const pattern::Refused& e) {
    throw Invalid{{refused(source, e)}};
  } catch (const pattern::TooLarge&) {
    throw Invalid{{too_large(source)}};
  }
}

// Patterns in use, by their text. Holds none alive.
struct Known {
  std::mutex mutex;
  std::unordered_map<std::string, std::weak_ptr<const Pattern>> patterns;
  std::size_t prune_at = 64;

  void prune() {
    std::erase_if(patterns, [](const auto& entry) { return entry.second.expired(); });
    prune_at = 2 * patterns.size() + 64;
  }
};

Known& known() {
  static Known it;
  return it;
}

std::shared_ptr<const Pattern> find_known(const std::string& source) {
  const std::lock_guard lock(known().mutex);
  const auto found = known().patterns.find(source);
  return found == known().patterns.end() ? nullptr : found->second.lock();
}

void remember(const std::string& source, const std::shared_ptr<const Pattern>& pattern) {
  const std::lock_guard lock(known().mutex);
  if (known().patterns.size() >= known().prune_at) known().prune();
  known().patterns[source] = pattern;
}

}  // namespace

std::shared_ptr<const Pattern> Pattern::compile(std::string_view source) {
  const std::string name(source);
  if (auto pattern = find_known(name)) return pattern;
  auto pattern = make(source);
  remember(name, pattern);
  return pattern;
}

}  // namespace kestrel
