// Digests of documents: literal secrets enter them only as keyed hashes.
#pragma once

#include <Python.h>

#include "views.hpp"

namespace kestrel {

// SHA-256, lower-case hex, of the document in which each literal secret is replaced by its
// HMAC-SHA256 under the pin's key, or under a key that this process drew where it has none. New
// reference; null with an exception set.
PyObject* document_digest(const PinPtr& pin);
// The same under the process's key, whatever the pin's: equal documents have equal ones.
PyObject* process_digest(const PinPtr& pin);

}  // namespace kestrel
