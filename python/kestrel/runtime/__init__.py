"""Floor 4: the state file, reload, rollback, audit."""

import sys

from kestrel.text.diagnostic import Diagnostic, KestrelError

if sys.platform == "win32":
    raise KestrelError([Diagnostic.make("KS0733")])
