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
    "KS0142": Code(
        "not-carried",
        "error",
        "type",
        "`{name}` is `{was}` in the old `{old}`, and `{now}` in the new `{new}`",
        "say what becomes of it: `{name} = … old.{source} …`",
    ),
    "KS0143": Code(
        "not-filled",
        "error",
        "type",
        "`{new}` needs `{name}`, and the old `{old}` has no such field",
        "set it: `{name} = …`",
    ),
    "KS0144": Code(
        "not-mergeable",
        "error",
        "type",
        "`merge` lays records and maps over one another, not `{type}`",
    ),
    "KS0145": Code(
        "overlapping-when",
        "warning",
        "type",
        "another `when` sets `{name}` too; where both hold, this one counts",
        "make the conditions exclude each other, or this one a special case: `other && …`",
    ),
    "KS0146": Code(
        "data-clash",
        "error",
        "type",
        "`{one}` and `{other}` have one name in data: `{name}`",
        'give one of them another: `@as("…")`',
    ),
    "KS0147": Code(
        "hidden-variant",
        "warning",
        "type",
        "no data are read as `{name}`: `{earlier}`, which comes first, reads all of them",
        "put `{name}` first, or give the type a `@tag(…)`",
    ),
    "KS0148": Code(
        "tag-payload",
        "error",
        "type",
        "`{name}` has a payload without names, which `@tag({tag})` has no place for",
        "name what is in it: `{name} {{ value: … }}`",
    ),
    "KS0149": Code("reserved-name", "error", "type", "`{name}` cannot name a value: {why}"),
    "KS0150": Code(
        "alias-size", "error", "type", "`{name}` is made of more than {limit} other aliases"
    ),
    "KS0180": Code(
        "too-many-modules",
        "error",
        "type",
        "`{name}` is one module too many: at most {limit} {what}",
    ),
    # ---- KS02xx: functions, effects, C
    "KS0201": Code("not-assignable", "error", "type", "`{name}` cannot be given another value"),
    "KS0202": Code("unused-value", "error", "type", "this gives `{type}`, and nobody uses it"),
    "KS0203": Code("no-loop", "error", "type", "`{word}` stands in no loop"),
    "KS0204": Code("cannot-try", "error", "type", "`?` cannot stand here: {why}"),
    "KS0205": Code("no-way-out", "error", "type", "{what} cannot leave {place}"),
    "KS0206": Code("unreachable", "error", "type", "this is never reached: `{after}` comes before"),
    "KS0211": Code(
        "undeclared-effect",
        "error",
        "effects",
        "`{name}` performs {effects}, and declares {declared}",
    ),
    "KS0212": Code(
        "forbidden-effect", "error", "effects", "`{name}` is `@{attribute}`, and {performs}"
    ),
    "KS0213": Code(
        "needs-unsafe",
        "error",
        "effects",
        "`{name}` can be called only in an `unsafe` block",
        'write `unsafe "why this is safe" {{ … }}` around the call, or declare the function `safe`',
    ),
    "KS0214": Code(
        "no-reason",
        "error",
        "effects",
        "an `unsafe` block without a reason",
        "say why what is in it is safe: the next reader has to believe it",
    ),
    "KS0215": Code(
        "boundary-lacks", "error", "effects", "`{name}` is {boundary}, and lacks {effects}"
    ),
    "KS0216": Code(
        "boundary-forbids",
        "error",
        "effects",
        "`{name}` is {boundary}, which must not perform `{effect}`",
    ),
    "KS0221": Code("foreign-abi", "error", "effects", "{what} is not known"),
    "KS0222": Code(
        "foreign-path", "error", "effects", "`{text}` cannot be the name of a {what}: {why}"
    ),
    "KS0223": Code(
        "ownership", "error", "effects", "it is not said what becomes of the handle `{name}`"
    ),
    "KS0224": Code(
        "not-owned",
        "error",
        "effects",
        "`{word}` says what becomes of a handle, and `{type}` is none",
    ),
    "KS0225": Code("not-foreign", "error", "effects", "C has no `{type}` as {where}"),
    "KS0226": Code(
        "not-safe",
        "error",
        "effects",
        "{what} cannot stand in a `safe` function",
        "numbers, text and buffers alone cannot lead C astray: leave out `safe`",
    ),
    "KS0227": Code("release", "error", "effects", "`{name}` cannot release it: {why}"),
    "KS0228": Code("foreign-contract", "error", "effects", "{why}"),
    "KS0229": Code("not-in-functions", "error", "effects", "{what} cannot stand here"),
    "KS0230": Code(
        "foreign-mismatch", "error", "effects", "`{name}` is declared otherwise in {header}: {why}"
    ),
    # ---- KS03xx: obligations
    "KS0301": Code(
        "leak",
        "error",
        "effects",
        "`{name}` may leak: {exit} before a release is deferred",
    ),
    "KS0302": Code("double-release", "error", "effects", "`{name}` is released twice"),
    "KS0303": Code("use-after-release", "error", "effects", "`{name}` is used after {what}"),
    "KS0304": Code(
        "outlives", "error", "effects", "{name} would outlive `{owner}`, which it belongs to"
    ),
    "KS0305": Code(
        "stored-handle",
        "error",
        "effects",
        "a handle cannot be put into {place}",
        "it must be seen who releases it: pass it as an argument, or give it back",
    ),
    "KS0306": Code(
        "no-audit-before",
        "error",
        "effects",
        "this acquires `{type}` before an audit record is written",
        'write one first in this `unsafe` block: `audit.log("…", {{ … }})`',
    ),
    "KS0307": Code(
        "no-audit", "error", "effects", "`{name}` declares `audit`, and {exit} without a record"
    ),
    "KS0308": Code(
        "half-released",
        "error",
        "effects",
        "`{name}` is released on one way here, and not on another",
    ),
    "KS0309": Code(
        "dropped-handle",
        "error",
        "effects",
        "this gives a handle, and nobody keeps it",
        "bind it with `let`, and release it",
    ),
    "KS0310": Code(
        "lent-handle",
        "error",
        "effects",
        "`{name}` is only lent, and cannot be released or given away",
    ),
    # ---- KS04xx: data and configs
    "KS0401": Code("wrong-type", "error", "config", "expected {expected}, found {found}"),
    "KS0402": Code("does-not-fit", "error", "config", "{value} does not fit `{type}`"),
    "KS0403": Code("unknown-member", "error", "config", "unknown member `{name}`"),
    "KS0404": Code("missing-member", "error", "config", "member `{name}` is missing"),
    "KS0405": Code("duplicate-member", "error", "config", "member `{name}` is given twice"),
    "KS0406": Code("unwanted-null", "error", "config", "empty or null, where {type} is due"),
    "KS0407": Code("refinement", "error", "config", "{value} does not satisfy `{condition}`"),
    "KS0408": Code("pattern-mismatch", "error", "config", "{value} does not match `{pattern}`"),
    "KS0409": Code(
        "not-a-choice", "error", "config", "{value} is not a choice", "one of {choices}"
    ),
    "KS0410": Code("malformed-json", "error", "config", "malformed JSON: {why}"),
    "KS0411": Code("malformed-value", "error", "config", "{value} is not a `{type}`: {why}"),
    "KS0412": Code(
        "duplicate-list-key", "error", "config", "two items have the same {name}: {key}"
    ),
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
    "KS0441": Code(
        "no-migration",
        "error",
        "config",
        "there is no way from a document of `{old}` to one of `{new}`: {why}",
    ),
    "KS0442": Code(
        "migration-failure",
        "error",
        "config",
        "`{name}` of the migrated document has no value: {why}",
    ),
    "KS0443": Code(
        "disagreement",
        "error",
        "config",
        "`{path}` is {base} in one document and {over} in the other",
        "say which of them wins: `precedence` is `overrides` or `base`",
    ),
    "KS0444": Code(
        "no-such-parameter",
        "error",
        "config",
        "the template `{template}` has no parameter `{name}`",
    ),
    "KS0445": Code(
        "missing-argument",
        "error",
        "config",
        "the template `{template}` needs a value for `{name}`",
    ),
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
    "KS0466": Code("no-arguments", "error", "config", "no arguments can be had of `{path}`: {why}"),
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
        "a plan with the literal secret at `{path}` is made against a state, which holds its key",
        "give a state as the old side, or write a reference: `env:NAME` or `file:/path`",
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
    "KS0623": Code(
        "exemption-expired",
        "error",
        "change",
        "the exemption of {rule} at `{path}` ended on {until}: {reason}",
        "mend what it exempts, or agree on another day; an exemption that is over counts no more",
    ),
    "KS0624": Code(
        "exemption-unused",
        "warning",
        "change",
        "the exemption of {rule} at `{path}` exempts nothing in this change",
        "take it out, or correct its rule and path to those of a finding",
    ),
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
    "KS0734": Code(
        "plan-without-secret",
        "error",
        "runtime",
        "this plan brings in the literal secret at `{path}`, and no plan carries one",
        "reload the file that it was made from: `kestrel-run reload STATE FILE` is the same change",
    ),
    "KS0735": Code(
        "redacted-secret",
        "error",
        "config",
        "`<secret>` is what is shown in place of a literal secret, and is none itself",
        "write the secret's reference: `env:NAME` or `file:/path`",
    ),
    "KS0738": Code(
        "rolled-back", "error", "runtime", "the change was committed, and rolled back: {why}"
    ),
    "KS0739": Code(
        "overdue",
        "warning",
        "runtime",
        "generation {number} still waits to be confirmed, and {why}",
        "the next program that opens the state goes back to generation {base}; "
        "to do it now: kestrel-run abort {path}",
    ),
    "KS0740": Code(
        "unconfirmed",
        "error",
        "runtime",
        "another change waits to be confirmed: {audit_id}, until {until}",
        "kestrel-run confirm or abort it first, or build on it: --over {audit_id}",
    ),
    "KS0741": Code("confirmed-late", "error", "runtime", "the confirmation came too late: {why}"),
    "KS0742": Code("nothing-waits", "error", "runtime", "no change waits to be confirmed{but}"),
    "KS0743": Code(
        "collected",
        "error",
        "runtime",
        "the config of generation {number} was let go by `state gc`; {kept} is the oldest kept",
    ),
    "KS0744": Code(
        "older-state",
        "error",
        "runtime",
        "{path} has state format {found}, and this program writes {known}",
        "stop the programs that use it, then: kestrel-run state upgrade {path}",
    ),
    "KS0745": Code(
        "in-use",
        "error",
        "runtime",
        "{path} cannot be upgraded while programs have it open: {programs}",
        "stop them first; they know only the older format",
    ),
    "KS0746": Code(
        "not-a-copy", "error", "runtime", "{path} is no copy: it lies where its programs left it"
    ),
    "KS0747": Code(
        "applied-already", "error", "runtime", "the plan was applied already: generation {number}"
    ),
    "KS0748": Code(
        "approval-over",
        "error",
        "runtime",
        "the approval of this plan was over, or spent, before the change was committed",
    ),
    "KS0749": Code(
        "not-taken-back",
        "error",
        "runtime",
        "a committed change is to be rolled back, and could not be yet: {why}",
        "every program that has the state open tries again; kestrel-run status shows what holds",
    ),
    "KS0750": Code(
        "no-event-loop",
        "error",
        "runtime",
        "areload was called where no event loop runs",
        "use reload, or await areload in a coroutine",
    ),
    "KS0751": Code(
        "half-written",
        "error",
        "runtime",
        "{path} is open for writing, and is not read before that is done",
        "write it elsewhere and move it into place, as editors do",
    ),
    "KS0752": Code(
        "undone-before",
        "error",
        "runtime",
        "what {path} says was applied before, as generation {number}, and rolled back",
        "change the file; or apply it by hand: kestrel-run reload STATE {path}",
    ),
    "KS0753": Code(
        "bad-notify-socket",
        "error",
        "runtime",
        "NOTIFY_SOCKET is `{value}`, which is neither a path nor an abstract name",
        "systemd sets it; it begins with / or @",
    ),
    "KS0754": Code(
        "signal-elsewhere",
        "error",
        "runtime",
        "SIGHUP can only be asked for in the main thread",
    ),
    "KS0755": Code(
        "unobserved",
        "warning",
        "runtime",
        "generation {number} is committed, and how the programs took it is not known: {why}",
        "see how it is later: kestrel-run status",
    ),
    "KS0770": Code(
        "bad-private-key",
        "error",
        "runtime",
        "{path} cannot serve as a private key: {why}",
        "a key file is made by `kestrel-run audit keygen`; `chmod 600` keeps others out",
    ),
    "KS0771": Code("bad-public-key", "error", "runtime", "`{given}` is no public key: {why}"),
    "KS0772": Code(
        "bad-note", "error", "runtime", "{path} is no checkpoint, nor made of such: {why}"
    ),
    "KS0773": Code("not-signed", "error", "runtime", "{path} is not signed as it should be: {why}"),
    "KS0774": Code(
        "log-contradicted",
        "error",
        "runtime",
        "the log is not the one of which a checkpoint says that it had {size} events: {why}",
    ),
    "KS0775": Code(
        "no-checkpoint",
        "error",
        "runtime",
        "no checkpoint of this state covers event {seq}",
        "make one: kestrel-run audit checkpoint {path} --key FILE",
    ),
    "KS0776": Code("bad-proof", "error", "runtime", "{path} proves nothing: {why}"),
    "KS0777": Code(
        "other-log", "error", "runtime", "{path} says nothing about this log, whose id is {log}"
    ),
    "KS0778": Code(
        "bad-witness", "error", "runtime", "the witness's file {path} cannot be added to: {why}"
    ),
    "KS0779": Code(
        "witness-elsewhere",
        "error",
        "runtime",
        "{path} knows this log up to event {known}, and the proof begins after event {given}",
        "make one from there: kestrel-run audit prove STATE --since CHECKPOINT",
    ),
    "KS0780": Code("bad-sink", "error", "runtime", "events cannot be written to {path}: {why}"),
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
    "KS0807": Code(
        "out-of-memory",
        "error",
        "input",
        "there is not enough memory for this",
        "`ulimit -v`, or the limit of the container, may allow it more",
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
        "not-kestrel",
        "error",
        "input",
        "`{path}` is no `.ks` or `.kreg` file",
        "only these are formatted",
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
    "KS0915": Code(
        "folder-needed", "error", "input", "{lang} is {count} files", "say where with `--out DIR`"
    ),
    "KS0925": Code(
        "plan-needed",
        "error",
        "input",
        "`{argument}` is no plan",
        "make one: kestrel-run diff OLD NEW -o plan.json",
    ),
    "KS0930": Code(
        "bad-address",
        "error",
        "input",
        "`{given}` is no address to listen on: {why}",
        "write it as 127.0.0.1:9464, [::1]:9464, or :9464 for this host alone",
    ),
    "KS0931": Code("cannot-listen", "error", "input", "nothing can listen on {address}: {why}"),
    "KS0932": Code(
        "open-to-others",
        "warning",
        "input",
        "whoever reaches {address} can read these metrics",
        "they hold no config and no secret; 127.0.0.1 is for this host alone",
    ),
    "KS0933": Code(
        "bad-slo", "error", "input", "`{given}` is no objective: {why}", "one of {choices}"
    ),
    "KS0934": Code("bad-metrics-url", "error", "input", "`{given}` is no place of metrics: {why}"),
    # ---- KR00xx: register maps of others, as files
    "KR0001": Code("malformed-xml", "error", "regmap", "malformed XML: {why}"),
    "KR0002": Code(
        "xml-entity",
        "error",
        "regmap",
        "the file declares the entity `{name}`",
        "entities are not read: write out what it stands for",
    ),
    "KR0003": Code(
        "not-svd",
        "error",
        "regmap",
        "this XML is no CMSIS-SVD: it is a `{found}`",
        "the outermost element of an SVD file is `device`",
    ),
    "KR0004": Code("bad-value", "error", "regmap", "`{text}` is no {what}"),
    "KR0005": Code("missing-element", "error", "regmap", "{what} `{name}` has no `{child}`"),
    "KR0006": Code("no-base", "error", "regmap", "there is no `{name}` to be derived from"),
    "KR0007": Code("derived-loop", "error", "regmap", "`{name}` is derived from this in turn"),
    "KR0008": Code(
        "too-many-registers", "error", "regmap", "{count} of one thing: at most {limit} are read"
    ),
    "KR0010": Code("does-not-compile", "error", "regmap", "{why}"),
    "KR0011": Code(
        "perl", "error", "regmap", "there is Perl in this file", "write out what it makes"
    ),
    "KR0012": Code(
        "include-outside",
        "error",
        "regmap",
        "`{path}` is outside of the project",
        "run this in a folder that has all of the files",
    ),
    "KR0013": Code(
        "library-missing",
        "error",
        "regmap",
        "this format needs the library `{library}`, which is not installed",
        "pip install 'kestrel-toolchain[{extra}]'",
    ),
    "KR0014": Code("not-kept", "warning", "regmap", "{what} is not kept ({count} times)"),
    "KR0015": Code("bad-hjson", "error", "regmap", "malformed Hjson: {why}"),
    "KR0016": Code("hjson-value", "error", "regmap", "`{text}` is no {what}"),
    "KR0017": Code("hjson-missing", "error", "regmap", "{what} has no `{key}`"),
    "KR0018": Code(
        "wrong-encoding",
        "warning",
        "regmap",
        "this is no UTF-8, as it should be here",
        "such bytes are read as Latin-1; declare another encoding in the first line",
    ),
    # ---- KR01xx: register maps: layout
    "KR0101": Code(
        "field-outside",
        "warning",
        "regmap",
        "field `{name}` has bits {msb}..{lsb} of a register of {width}",
    ),
    "KR0102": Code(
        "field-overlap",
        "warning",
        "regmap",
        "field `{name}` shares bits {msb}..{lsb} with `{other}`",
    ),
    "KR0103": Code(
        "index-count", "warning", "regmap", "an array of {count} has {found} indices: they are left"
    ),
    "KR0104": Code(
        "bits-reversed",
        "warning",
        "regmap",
        "field `{name}` has its bits the wrong way round: "
        "{msb} is called the most significant, {lsb} the least",
    ),
    "KR0105": Code(
        "registers-overlap",
        "warning",
        "regmap",
        "`{name}` is where `{other}` is, at 0x{offset:X}",
        "say `alternate` if both are there on purpose",
    ),
    "KR0106": Code(
        "outside-address-block",
        "warning",
        "regmap",
        "`{name}` ends at 0x{end:X}: `{owner}` takes up 0x{limit:X} bytes",
    ),
    "KR0107": Code("peripherals-overlap", "warning", "regmap", "`{name}` is where `{other}` is"),
    "KR0108": Code(
        "misaligned",
        "warning",
        "regmap",
        "`{name}` at 0x{offset:X} is accessed by {bytes} bytes, and not aligned to them",
    ),
    "KR0109": Code(
        "access-too-wide",
        "warning",
        "regmap",
        "`{name}` has {width} bits, and is accessed by {access}",
    ),
    "KR0110": Code(
        "items-overlap",
        "warning",
        "regmap",
        "items of `{name}` are {step} bytes apart, and {size} bytes long",
    ),
    "KR0111": Code(
        "beyond-addresses", "warning", "regmap", "`{name}` ends beyond addresses of {bits} bits"
    ),
    "KR0112": Code("empty", "warning", "regmap", "there is nothing in the {what} `{name}`"),
    # ---- KR02xx: register maps: names and values
    "KR0201": Code("duplicate-map", "error", "regmap", "there are two maps `{name}`"),
    "KR0202": Code("unknown-parameter", "error", "regmap", "`{name}` is no parameter of this map"),
    "KR0203": Code("said-twice", "error", "regmap", "{what} is said twice"),
    "KR0204": Code("bad-property", "error", "regmap", "`{value}` is nothing that `{name}` can be"),
    "KR0205": Code("unknown-property", "error", "regmap", "there is no property `{name}` here"),
    "KR0206": Code("too-many-bits", "error", "regmap", "{what} {value}: at most {limit} is read"),
    "KR0207": Code(
        "no-access",
        "error",
        "regmap",
        "field `{name}` does not say how it is accessed",
        "write `rw`, `r`, `w1c`, … after its bits",
    ),
    "KR0208": Code("unknown-enum", "error", "regmap", "there is no enum `{name}`"),
    "KR0209": Code(
        "value-too-wide", "error", "regmap", "the {what} {value} does not fit into {width} bits"
    ),
    "KR0210": Code(
        "no-step",
        "error",
        "regmap",
        "the array `{name}` does not say how far apart its items are",
        "write `step` and a number of bytes after its address",
    ),
    "KR0211": Code(
        "second-device", "error", "regmap", "`{name}` is a second device: a file describes one"
    ),
    "KR0212": Code("unknown-map", "error", "regmap", "there is no map `{name}`"),
    "KR0213": Code(
        "argument-count", "error", "regmap", "arguments of `{name}`: {found}, of {expected}"
    ),
    "KR0216": Code(
        "patch-of-nothing",
        "error",
        "regmap",
        "there is nothing that `{name}` stands for",
        "`*` stands for any letters of one name; `.` parts map, register and field",
    ),
    "KR0214": Code("map-in-itself", "error", "regmap", "the map `{name}` has itself in it"),
    "KR0215": Code("maps-too-deep", "error", "regmap", "maps in maps: at most {limit} levels"),
    # ---- KR03xx: register maps: names, resets, values, access, interrupts
    "KR0301": Code(
        "same-but-for-case",
        "warning",
        "regmap",
        "`{name}` and `{other}` differ in their case alone",
    ),
    "KR0302": Code(
        "taken-name",
        "note",
        "regmap",
        "`{name}` is {what}",
        "headers that Kestrel makes say it otherwise; other code may not compile",
    ),
    "KR0303": Code("retired-name", "error", "regmap", "the name `{name}` is retired"),
    "KR0304": Code("same-name", "warning", "regmap", "there is another `{name}` here"),
    "KR0321": Code(
        "reset-too-wide",
        "warning",
        "regmap",
        "the reset {value} does not fit into the {width} bits of `{name}`",
    ),
    "KR0322": Code(
        "resets-differ",
        "warning",
        "regmap",
        "`{name}` is {field} after a reset, and its register says {register}",
    ),
    "KR0323": Code(
        "reset-not-allowed",
        "warning",
        "regmap",
        "`{name}` is {value} after a reset, which is none of its values",
    ),
    "KR0324": Code(
        "reserved-reset",
        "warning",
        "regmap",
        "bits {bits} of `{name}` are 1 after a reset, and are of no field",
    ),
    "KR0325": Code("no-reset", "note", "regmap", "what `{name}` is after a reset is not said"),
    "KR0341": Code(
        "value-too-wide", "warning", "regmap", "{value} of `{name}` does not fit into {width} bits"
    ),
    "KR0342": Code("same-value", "warning", "regmap", "`{name}` and `{other}` are both {value}"),
    "KR0343": Code("same-value-name", "warning", "regmap", "there are two values `{name}`"),
    "KR0344": Code(
        "values-missing",
        "note",
        "regmap",
        "{missing} values that can be read from `{name}` have no name",
        "name them, or say what any other is: `other = _`",
    ),
    "KR0345": Code(
        "values-clash",
        "warning",
        "regmap",
        "`{name}` is one value when it is read, and another when it is written",
    ),
    "KR0361": Code(
        "read-effect-unread",
        "warning",
        "regmap",
        "reading `{name}` has an effect, and it cannot be read",
    ),
    "KR0362": Code(
        "write-effect-unwritten",
        "warning",
        "regmap",
        "writing `{name}` has an effect, and it cannot be written",
    ),
    "KR0363": Code(
        "effect-in-two-accesses",
        "warning",
        "regmap",
        "`{name}` has an effect, and is in two accesses of {word} bits",
    ),
    "KR0364": Code("wide-pulse", "warning", "regmap", "`{name}` is a pulse of {width} bits"),
    "KR0371": Code(
        "read-modify-write",
        "warning",
        "regmap",
        "`{name}` {what}, and is beside `{other}`, which is changed by reading and writing back",
    ),
    "KR0372": Code(
        "zero-beside-stored",
        "warning",
        "regmap",
        "`{name}` {what}, and is beside `{other}`: whoever writes 0 to all other bits changes it",
    ),
    "KR0373": Code(
        "one-beside-stored",
        "note",
        "regmap",
        "`{name}` {what}, and is beside `{other}`, which is changed by reading and writing back",
        "accessors that Kestrel makes write 0 there",
    ),
    "KR0381": Code(
        "no-such-interrupt", "warning", "regmap", "`{name}` {kind} `{irq}`, which no field shows"
    ),
    "KR0382": Code(
        "unmaskable", "note", "regmap", "nothing enables or masks the interrupt `{irq}` of `{name}`"
    ),
    "KR0383": Code(
        "interrupt-widths",
        "warning",
        "regmap",
        "`{name}` has {width} bits for the interrupt `{irq}`, which has {other}",
    ),
    "KR0384": Code(
        "same-number",
        "warning",
        "regmap",
        "the interrupts `{name}` and `{other}` are both {number}",
    ),
    "KR0385": Code(
        "never-cleared",
        "warning",
        "regmap",
        "nothing clears `{name}`, which shows the interrupt `{irq}` until it is cleared",
    ),
    # ---- KR04xx: register maps: what is said of other registers; waivers
    "KR0401": Code("unknown-place", "error", "regmap", "there is no `{place}`{hint}"),
    "KR0402": Code("index-outside", "error", "regmap", "`{place}`: the array has fewer items"),
    "KR0403": Code(
        "value-outside",
        "error",
        "regmap",
        "{value} does not fit into the {width} bits of `{place}`",
    ),
    "KR0404": Code("not-written", "error", "regmap", "`{place}` cannot be written"),
    "KR0405": Code("unknown-interrupt", "error", "regmap", "no field shows the interrupt `{name}`"),
    "KR0406": Code("unknown-sequence", "error", "regmap", "there is no sequence `{name}`"),
    "KR0407": Code(
        "cannot-be-masked", "error", "regmap", "nothing enables or masks the interrupt `{name}`"
    ),
    "KR0408": Code("sequence-in-itself", "error", "regmap", "the sequence `{name}` calls itself"),
    "KR0409": Code("unknown-value", "error", "regmap", "`{name}` is no value of `{place}`"),
    "KR0411": Code(
        "no-reason",
        "error",
        "regmap",
        "this waiver of {waived} gives no reason",
        '`@allow({waived}, "why")`',
    ),
    "KR0412": Code(
        "waives-nothing",
        "warning",
        "regmap",
        "there is no {waived} here any more",
        "take the waiver away",
    ),
    "KR0413": Code(
        "waives-no-code", "error", "regmap", "`{waived}` is no code", '`@allow(KR0107, "why")`'
    ),
    # ---- KR093x: patches in the YAML of svdtools
    "KR0931": Code("bad-patch", "error", "regmap", "this is no patch of svdtools: {why}"),
    "KR0932": Code(
        "patch-fits-nothing",
        "error",
        "regmap",
        "there is nothing that `{name}` stands for",
        "`?~` before a name lets it stand for nothing",
    ),
    "KR0933": Code("patch-key", "warning", "regmap", "`{key}` is not read here"),
    "KR0934": Code("patch-adds-twice", "error", "regmap", "there is a `{name}` already"),
    "KR0935": Code(
        "no-array",
        "error",
        "regmap",
        "what `{name}` stands for is no array: registers of one width, equally far apart",
    ),
    # ---- KR09xx: register maps on the command line
    "KR0902": Code(
        "not-current",
        "warning",
        "regmap",
        "`{path}` is not what would be written now",
        "generate it again, without `--check`",
    ),
    "KR0911": Code("no-such-register", "error", "regmap", "there is no register `{name}`"),
    "KR0912": Code(
        "which-register", "error", "regmap", "`{name}` may be {some}", "say more of its path"
    ),
    "KR0913": Code(
        "not-its-value", "error", "regmap", "`{text}` is no value of the {width} bits of `{name}`"
    ),
    "KR0921": Code(
        "svd-cannot-say",
        "warning",
        "regmap",
        "SVD has no words for {what}: left out {count} times, first of `{first}`",
    ),
    "KR0901": Code(
        "no-register-map", "error", "regmap", "`{path}` is no register map, and the other is one"
    ),
    "KS0940": Code(
        "module-name",
        "error",
        "input",
        "`{name}` cannot be the name of a Python module",
        "call the file by a name of letters, digits and underscores",
    ),
    "KS0941": Code("outdated-module", "error", "input", "`{path}` is not what would be written"),
    "KS0942": Code(
        "no-compiler",
        "error",
        "input",
        "there is no C++ compiler: none of {names}",
        "install one (Debian and Ubuntu: `apt install g++`), or name it in `CXX`",
    ),
    "KS0943": Code(
        "no-pybind11",
        "error",
        "input",
        "pybind11 is not installed, which the module is built with",
        "`pip install pybind11`",
    ),
    "KS0944": Code("not-compiled", "error", "input", "`{name}` does not compile: {why}"),
}
