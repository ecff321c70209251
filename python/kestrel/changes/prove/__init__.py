"""Deciding what conditions allow: does whatever satisfies these also satisfy that one?

`numbers` and `texts` are the sets that tests on one value leave, `formula` makes conditions of the
IR into combinations of tests, `search` looks for a counterexample, `ranges` says whether evaluating
an expression can fail. What cannot be decided, or is too large, is said to be undecided, never
guessed: whoever asks for a proof and gets one may rely on it.
"""
