"""The one table of diagnostic codes.

A row is `id: (name, severity, domain, message, help)`. `message` and `help` are `str.format`
templates; what they name is given to `Diagnostic.make`. Each row has a page in `text/pages/` and
a wrong file with its rendered text in `tests/errors/`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
Domain = Literal["syntax", "type", "effects", "regmap", "config", "change", "runtime", "input"]


class Code(NamedTuple):
    """What a diagnostic code means; see the module's docstring."""

    name: str
    severity: Severity
    domain: Domain
    message: str
    help: str = ""


CODES: dict[str, Code] = {
    # ---- KS00xx: text and syntax
    "KS0001": Code("unexpected", "error", "syntax", "unexpected {found}: expected {expected}"),
    "KS0002": Code("unclosed", "error", "syntax", "this `{bracket}` is never closed"),
    "KS0003": Code("bad-character", "error", "syntax", "{character} cannot stand here"),
    "KS0004": Code(
        "unclosed-text",
        "error",
        "syntax",
        "this text has no closing quotes",
        'text over several lines is written between `"""`',
    ),
    "KS0005": Code("unclosed-comment", "error", "syntax", "this comment has no end `*/`"),
    "KS0006": Code("bad-number", "error", "syntax", "the number `{text}` runs into a word"),
    "KS0007": Code("too-deep", "error", "syntax", "nested too deep: at most {limit} levels"),
    "KS0008": Code("invalid-utf8", "error", "syntax", "these bytes are not UTF-8 text"),
    "KS0009": Code(
        "hidden-character",
        "error",
        "syntax",
        "the invisible character {character} hides what the text says",
        "in a text literal, write `{escape}`",
    ),
    "KS0010": Code("too-large", "error", "syntax", "the file has more than {limit} bytes"),
    "KS0011": Code("literal-range", "error", "syntax", "`{text}` has no value: {reason}"),
    "KS0012": Code("bad-text", "error", "syntax", "{reason}"),
    "KS0013": Code(
        "hole-not-allowed",
        "error",
        "syntax",
        "text that is read before the program runs cannot have a hole",
        "a brace is written `\\{{`",
    ),
    "KS0014": Code(
        "bad-name", "error", "syntax", "`{name}` is not a name: {character} cannot stand there"
    ),
    "KS0015": Code(
        "name-not-nfc",
        "error",
        "syntax",
        "`{name}` is not in Unicode normal form C",
        "write it with composed characters",
    ),
    "KS0016": Code(
        "confusable-names", "error", "syntax", "`{name}` looks the same as `{other}`, and is not"
    ),
    "KS0017": Code("too-many-errors", "error", "syntax", "more than {limit} errors: giving up"),
    # ---- KS01xx: names, modules, types
    "KS0101": Code("unknown-name", "error", "type", "unknown {what} `{name}`"),
    "KS0102": Code("duplicate-name", "error", "type", "{what} `{name}` is declared twice"),
    "KS0103": Code("missing-module", "error", "type", "there is no module `{name}`: {why}"),
    "KS0104": Code("module-loop", "error", "type", "modules use each other in a loop: {path}"),
    "KS0105": Code("module-path", "error", "type", "module `{name}` {why}"),
    "KS0106": Code(
        "not-that-kind", "error", "type", "`{name}` is {found}, and {expected} is due here"
    ),
    "KS0107": Code("capital", "error", "type", "the name of {what} begins with {letter}: `{name}`"),
    "KS0108": Code(
        "type-arguments", "error", "type", "`{name}` takes {expected}, and {found} given"
    ),
    "KS0109": Code(
        "bad-ir", "error", "input", "this is no schema that this version can read: {why}"
    ),
    "KS0110": Code("type-mismatch", "error", "type", "expected `{expected}`, found `{found}`"),
    "KS0111": Code("literal-range", "error", "type", "`{value}` does not fit `{type}`"),
    "KS0112": Code("operator", "error", "type", "`{op}` cannot be applied to {operands}"),
    "KS0113": Code(
        "option",
        "error",
        "type",
        "`{name}` may be absent, so {use}",
        "ask first with `is Some` or `match`, or give a value for absence with `.or(…)`",
    ),
    "KS0114": Code(
        "secret-read",
        "error",
        "type",
        "a secret cannot be read here",
        "a secret is known only to the live process that uses it",
    ),
    "KS0115": Code("arguments", "error", "type", "`{name}` takes {expected}, and {found} given"),
    "KS0116": Code("not-exhaustive", "error", "type", "this `match` leaves out {missing}"),
    "KS0117": Code("cycle", "error", "type", "the value of `{name}` depends on itself: {path}"),
    "KS0118": Code(
        "infinite-type",
        "error",
        "type",
        "`{name}` contains itself: {path}",
        "put `Option`, a list or a map on the way: nothing finite has such a type",
    ),
    "KS0119": Code("definition-loop", "error", "type", "`{name}` is defined by itself: {path}"),
    "KS0120": Code("pattern", "error", "type", "`{pattern}` is not a pattern: {why}"),
    "KS0121": Code(
        "pattern-size",
        "error",
        "type",
        "the pattern `{pattern}` needs more than {limit} states",
        "use smaller counts in `{{m,n}}`, or check lengths with `len(it)`",
    ),
    "KS0122": Code(
        "pattern-constant", "error", "type", "`matches` needs a pattern that is written out"
    ),
    "KS0123": Code("unknown-attribute", "error", "type", "unknown attribute `@{name}`"),
    "KS0124": Code("attribute-place", "error", "type", "`@{name}` cannot stand on {place}"),
    "KS0125": Code(
        "attribute-argument", "error", "type", "`@{name}` takes {expected}", "write `{example}`"
    ),
    "KS0126": Code(
        "retype",
        "error",
        "type",
        "`{name}` is `{base}` in `{schema}`, and cannot become `{own}`",
        "`extends` may tighten and re-default a field, never retype it",
    ),
    "KS0127": Code(
        "retired",
        "error",
        "type",
        "the name `{name}` is retired",
        "old documents may hold it with another meaning: choose another name",
    ),
    "KS0128": Code(
        "option-option",
        "error",
        "type",
        "an option of an option",
        "data cannot tell two kinds of absence apart: write one `Option`",
    ),
    "KS0129": Code(
        "map-key",
        "error",
        "type",
        "`{type}` cannot be {what}",
        "what identifies an entry is text, an integer, or a variant without payload",
    ),
    "KS0130": Code("not-in-rules", "error", "type", "{what} cannot stand in what a rule can reach"),
    "KS0131": Code(
        "recursion",
        "error",
        "type",
        "a function that rules use calls itself: {path}",
        "rules are total: use `map`, `filter`, `sum` and their like",
    ),
    "KS0132": Code("no-encloser", "error", "type", "`{name}` means nothing here: {why}"),
    "KS0133": Code("type-unknown", "error", "type", "the type of {what} is not known here"),
    "KS0134": Code(
        "default-refused", "error", "type", "this value breaks the refinement of `{name}`: {why}"
    ),
    "KS0135": Code("not-data", "error", "type", "`{type}` cannot be in a {place}"),
    "KS0136": Code("not-a-choice", "error", "type", "`{value}` is none of {choices}"),
    "KS0137": Code("duplicate-entry", "error", "type", "`{name}` is given twice"),
    "KS0138": Code("cast", "error", "type", "`{found}` cannot be cast to `{type}`"),
    "KS0139": Code("edit-path", "error", "type", "{why}"),
    "KS0140": Code("config-loop", "error", "type", "the config `{name}` is made of itself: {path}"),
    "KS0141": Code("message-it", "error", "type", "`it` means nothing in this message: {why}"),
    # ---- KS02xx: effects
    # ---- KS03xx: obligations
    # ---- KS04xx: data and configs
    "KS0401": Code("wrong-type", "error", "config", "expected {expected}, found {found}"),
    "KS0402": Code("does-not-fit", "error", "config", "{value} does not fit `{type}`"),
    "KS0403": Code("unknown-member", "error", "config", "unknown member `{name}`"),
    "KS0404": Code("missing-member", "error", "config", "member `{name}` is missing"),
    "KS0405": Code("duplicate-member", "error", "config", "member `{name}` is given twice"),
    "KS0406": Code("unwanted-null", "error", "config", "null where a value is due"),
    "KS0407": Code("refinement", "error", "config", "{value} does not satisfy `{condition}`"),
    "KS0408": Code("pattern-mismatch", "error", "config", "{value} does not match `{pattern}`"),
    "KS0409": Code(
        "not-a-choice", "error", "config", "{value} is not a choice", "one of {choices}"
    ),
    "KS0410": Code("malformed-json", "error", "config", "malformed JSON: {why}"),
    "KS0411": Code("malformed-value", "error", "config", "{value} is not a `{type}`: {why}"),
    "KS0412": Code("duplicate-list-key", "error", "config", "two items have the key {key}"),
    "KS0413": Code("bad-variant", "error", "config", "{why}"),
    "KS0414": Code("too-deep", "error", "config", "nested deeper than {limit} levels"),
    "KS0415": Code("too-large", "error", "config", "larger than {limit} bytes"),
    "KS0416": Code("not-utf8-text", "error", "config", "this text is not UTF-8"),
    "KS0417": Code("length", "error", "config", "{length} is not a length in {bounds}"),
    "KS0418": Code("too-many-issues", "error", "config", "{count} more errors are not shown"),
    "KS0420": Code("malformed-yaml", "error", "config", "malformed YAML: {why}"),
    "KS0421": Code("yaml-alias", "error", "config", "alias `*{name}` {why}"),
    "KS0422": Code(
        "yaml-tag",
        "error",
        "config",
        "the YAML tag `{tag}` has no meaning here",
        "leave the tag out: the schema says of which type a value is",
    ),
    "KS0423": Code(
        "several-documents",
        "error",
        "config",
        "a second YAML document, where one is due",
        "several documents are read only where the schema is a list",
    ),
    "KS0424": Code("malformed-toml", "error", "config", "malformed TOML: {why}"),
    "KS0425": Code("not-plain-data", "error", "config", "a Python `{type}` is no data: {why}"),
    "KS0430": Code("no-such-declaration", "error", "config", "`{path}` has no {kind} `{name}`"),
    "KS0431": Code(
        "which-declaration",
        "error",
        "config",
        "`{path}` has {count} {kind}s: which one is meant?",
        "name it: `{path}#NAME`, NAME being one of {names}",
    ),
    "KS0440": Code("config-failure", "error", "config", "config `{name}` has no value: {why}"),
    "KS0450": Code(
        "literal-secret",
        "warning",
        "config",
        "a secret stands in the file itself",
        "write where it is found: `env:NAME` or `file:/path`",
    ),
    "KS0451": Code("unresolved-secret", "error", "config", "secret `{reference}`: {why}"),
    "KS0460": Code(
        "secret-not-written",
        "error",
        "config",
        "the secret at `{path}` stands in the config itself, and is not written out",
        "put it where `env:NAME` or `file:/path` finds it, and write that",
    ),
    "KS0461": Code(
        "not-in-toml",
        "error",
        "config",
        "TOML cannot say what is at `{path}`: it has {what}",
        "JSON and YAML can",
    ),
    "KS0462": Code(
        "not-in-kestrel",
        "error",
        "config",
        "a `.ks` config cannot say what is at `{path}`: {why}",
        "keep it in the data file: a schema reads that as well",
    ),
    "KS0463": Code(
        "outside-project",
        "error",
        "config",
        "`{path}` is not below {root}, from where the schema is brought in",
        "write it there, beside the schema or deeper",
    ),
    "KS0464": Code("not-json-schema", "error", "config", "no JSON Schema at `{path}`: {why}"),
    "KS0465": Code(
        "left-out-of-import",
        "warning",
        "config",
        "not said in Kestrel, at `{path}`: {what}",
    ),
    # ---- KS05xx: rules of a schema, failing on data
    "KS0501": Code("rule", "error", "config", "rule `{rule}` does not hold{message}"),
    "KS0502": Code("rule-failure", "error", "config", "rule `{rule}` cannot be evaluated: {why}"),
    "KS0503": Code("derived-failure", "error", "config", "`{name}` cannot be derived: {why}"),
    "KS0510": Code("example-fails", "error", "config", "the valid example `{title}` is not valid"),
    "KS0511": Code("example-holds", "error", "config", "the invalid example `{title}` is valid"),
    "KS0512": Code(
        "example-rule",
        "error",
        "config",
        "the invalid example `{title}` does not break the rule `{rule}`",
    ),
    # ---- KS06xx: changes, plans, policy
    "KS0601": Code(
        "old-differs", "error", "change", "`{path}` should be {expected}, and is {found}"
    ),
    "KS0602": Code("malformed-patch", "error", "change", "malformed patch: {why}"),
    "KS0603": Code("no-such-path", "error", "change", "there is nothing at `{path}`"),
    "KS0610": Code("malformed-plan", "error", "change", "this is no plan: {why}"),
    "KS0611": Code(
        "plan-format",
        "error",
        "change",
        "a plan of format {found}, where {known} is the newest known",
        "use a newer Kestrel, or make the plan again",
    ),
    "KS0612": Code(
        "plan-tampered",
        "error",
        "change",
        "the plan's {what} is not what its digest says",
        "someone changed the plan after it was made: make it again with `kestrel-run diff`",
    ),
    "KS0613": Code(
        "plan-with-secret",
        "error",
        "change",
        "a plan that leaves this process may not carry the literal secret at `{path}`",
        "write a reference in its place: `env:NAME` or `file:/path`",
    ),
    "KS0614": Code(
        "plan-base",
        "error",
        "change",
        "the plan begins at {expected}, and this config is {found}",
        "make the plan again from this config",
    ),
    "KS0620": Code("malformed-policy", "error", "change", "malformed policy: {why}"),
    "KS0621": Code(
        "refused-by-policy",
        "error",
        "change",
        "refused: {what}",
        "`--allow {allow}`, or an approval, lets it pass",
    ),
    "KS0622": Code("never-live", "error", "change", "refused: `{path}` never changes while live"),
    # ---- KS07xx: state files and the runtime
    "KS0701": Code(
        "no-state",
        "error",
        "runtime",
        "there is no state at {path}",
        "make one: kestrel-run init {path} --schema FILE --config FILE",
    ),
    "KS0702": Code("not-a-state", "error", "runtime", "{path} is not a state file: {why}"),
    "KS0703": Code(
        "newer-state",
        "error",
        "runtime",
        "{path} has state format {found}, and this program knows {known}",
        "use a newer Kestrel",
    ),
    "KS0704": Code("bad-place", "error", "runtime", "a state cannot be kept at {path}: {why}"),
    "KS0705": Code("state-exists", "error", "runtime", "{path} exists already"),
    "KS0706": Code(
        "state-moved",
        "error",
        "runtime",
        "{path} was moved, removed or replaced while it was open",
        "move it back, or restart the program; what it last read is still served",
    ),
    "KS0707": Code(
        "copied-state",
        "error",
        "runtime",
        "{path} is a copy of a state: it can be read, and not be changed",
        "if the original is gone: kestrel-run state restore {path}",
    ),
    "KS0708": Code("state-io", "error", "runtime", "{path}: {why}"),
    "KS0709": Code(
        "outcome-unknown",
        "error",
        "runtime",
        "the disk failed at commit: whether event {event_id} happened is not known yet",
        "once the disk works again, kestrel-run status shows what holds",
    ),
    "KS0710": Code(
        "stale",
        "error",
        "runtime",
        "the plan's base is not what runs: {why}",
        "make the plan again, against the state",
    ),
    "KS0711": Code(
        "superseded",
        "error",
        "runtime",
        "this change was applied before, as generation {generation} by {actor}, and undone since",
        "to apply it once more: --again",
    ),
    "KS0712": Code("busy", "error", "runtime", "another reload is going on: {other}"),
    "KS0713": Code("nack", "error", "runtime", "{replica} refused the change: {why}"),
    "KS0714": Code("no-answer", "error", "runtime", "no answer within {seconds} s from {replica}"),
    "KS0715": Code("unfit-plan", "error", "runtime", "the plan contradicts itself: {why}"),
    "KS0716": Code(
        "other-log", "error", "runtime", "the plan was made for another state, with log id {log_id}"
    ),
    "KS0717": Code(
        "other-schema",
        "error",
        "runtime",
        "this program reads schema {reads}, and cannot read what the state holds: {why}",
    ),
    "KS0718": Code("no-rollback", "error", "runtime", "there is nothing to roll back to: {why}"),
    "KS0719": Code("not-latest", "error", "runtime", "{id} is not the latest change", "{how}"),
    "KS0720": Code(
        "no-generation",
        "error",
        "runtime",
        "there is no generation {number}; the state has 1 to {last}",
    ),
    "KS0721": Code(
        "reload-inside",
        "error",
        "runtime",
        "reload was called {where}, where it would wait for itself",
        "{how}",
    ),
    "KS0722": Code("audit-broken", "error", "runtime", "event {seq} ({event}) does not fit: {why}"),
    "KS0723": Code(
        "audit-unexpected",
        "error",
        "runtime",
        "expected event {seq} with hash {expected}, and {found}",
    ),
    "KS0724": Code("damaged-state", "error", "runtime", "{path} is damaged: {why}"),
    "KS0725": Code("runtime-closed", "error", "runtime", "this runtime is closed"),
    "KS0726": Code(
        "degraded", "warning", "runtime", "{replica} runs the new generation, but not wholly: {why}"
    ),
    "KS0727": Code("state-locked", "error", "runtime", "{path} is locked by another program"),
    "KS0728": Code(
        "lost-intent", "error", "runtime", "the change was given up before it was committed: {why}"
    ),
    "KS0729": Code("read-only", "error", "runtime", "{path} was opened read-only"),
    "KS0730": Code(
        "restart-pending",
        "warning",
        "runtime",
        "{replica} must restart to take the change in whole",
    ),
    "KS0731": Code(
        "bad-pattern", "error", "runtime", "{pattern} is no JSON Pointer pattern: {why}"
    ),
    "KS0732": Code("no-event", "error", "runtime", "no event has the id {id}"),
    "KS0733": Code(
        "no-runtime",
        "error",
        "runtime",
        "the runtime is for Linux and macOS: this system lacks the file locks that it rests on",
    ),
    # ---- KS08xx: input from outside: bounds, encodings, kinds of file
    "KS0801": Code("no-such-file", "error", "input", "there is no file `{path}`"),
    "KS0802": Code("not-a-file", "error", "input", "`{path}` is a {kind}, not a regular file"),
    "KS0803": Code("file-too-large", "error", "input", "`{path}` is larger than {limit}"),
    "KS0804": Code("unreadable", "error", "input", "`{path}` cannot be read: {why}"),
    "KS0805": Code("not-utf8", "error", "input", "not UTF-8: {why}"),
    "KS0806": Code(
        "unknown-extension",
        "error",
        "input",
        "`{path}` is of no known kind",
        "the name should end in {known}",
    ),
    # ---- KS09xx: command lines
    "KS0901": Code("usage", "error", "input", "{why}"),
    "KS0902": Code("unknown-command", "error", "input", "there is no command `{name}`"),
    "KS0903": Code(
        "bad-option", "error", "input", "`{option}` cannot be `{value}`", "it is one of {choices}"
    ),
    "KS0906": Code(
        "schema-needed",
        "error",
        "input",
        "data files need a schema",
        "add `--schema FILE.ks#NAME`",
    ),
    "KS0907": Code("options-clash", "error", "input", "`{one}` and `{other}` do not go together"),
    "KS0908": Code(
        "unknown-code",
        "error",
        "input",
        "there is no diagnostic code `{given}`",
        "a code stands in brackets at the head of a diagnostic: `error[KS0407]` is KS0407",
    ),
    "KS0909": Code("git-file", "error", "input", "`{argument}` cannot be had from git: {why}"),
    "KS0910": Code("unwritable", "error", "input", "`{path}` cannot be written: {why}"),
    "KS0911": Code(
        "requirement", "error", "change", "the change of schema is not {require} compatible"
    ),
    "KS0912": Code(
        "not-kestrel", "error", "input", "`{path}` is no `.ks` file", "only these are formatted"
    ),
    "KS0913": Code(
        "output-not-kestrel", "error", "input", "`{path}` does not end in `.ks`", "call it so"
    ),
    "KS0914": Code(
        "bad-declaration-name",
        "error",
        "input",
        "`{name}` cannot be the name of a declaration",
        "a name is made of letters, digits and `_`, and is no word such as `if`",
    ),
}
