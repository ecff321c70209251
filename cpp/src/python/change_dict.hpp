// One change as a dict: an RFC 6902 operation with more members.
#pragma once

#include <Python.h>

#include "kestrel/change.hpp"

namespace kestrel {

// op, path, from, old, value, type, reload, marks, rule; key_path where it is not the path; secret.
// New references; null with an exception set. Literal secrets are shown as `<secret>`.
PyObject* change_dict(const ChangeSet& set, const Change& change);

// RFC 6902's members alone. Without `redact` literal secrets stand in it, for who must keep them.
PyObject* patch_dict(const ChangeSet& set, const Change& change, bool redact);

}  // namespace kestrel
