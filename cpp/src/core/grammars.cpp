#include "kestrel/kestrel_tables.hpp"
#include "kestrel/regmap_tables.hpp"

namespace kestrel::parse {

const Grammar& kestrel_grammar() { return kestrel_tables::kGrammar; }

const Grammar& regmap_grammar() { return regmap_tables::kGrammar; }

}  // namespace kestrel::parse
