#include "kestrel/kestrel_tables.hpp"

namespace kestrel::parse {

const Grammar& kestrel_grammar() { return kestrel_tables::kGrammar; }

}  // namespace kestrel::parse
