"""Codes that no source or data file can cause: the command that does, one function a code.

The rendered text is in `CODE.txt`; it holds nothing that differs from run to run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from tests.cli.commands import Ran, kestrel_config
from tests.errors.lab import ONE, STATE, TWO, Lab
from tests.runtime.older import as_format_1

Case = Callable[[Lab], Ran]


def ks0430(lab: Lab) -> Ran:
    return lab.run("diff", "gateway.ks#on", TWO)


def ks0431(lab: Lab) -> Ran:
    return lab.run("diff", "gateway.ks", TWO)


def ks0610(lab: Lab) -> Ran:
    lab.write("plan.json", '{"audit_id": "x", "change_set": []}')
    return lab.run("show", "plan.json")


def ks0611(lab: Lab) -> Ran:
    lab.write("plan.json", '{"format": 99, "audit_id": "x", "change_set": []}')
    return lab.run("show", "plan.json")


def ks0612(lab: Lab) -> Ran:
    text = (lab.folder / lab.plan()).read_text()
    lab.write("edited.json", text.replace("9090", "9091"))
    return lab.run("show", "edited.json")


def ks0613(lab: Lab) -> Ran:
    old, new = _store(lab)
    return lab.run("diff", old, new, "--schema", "store.ks", "-o", "plan.json", "-q")


def ks0620(lab: Lab) -> Ran:
    lab.write("kestrel.toml", '[policy]\ndanger = "maybe"\n')
    return lab.run("diff", ONE, TWO)


def ks0621(lab: Lab) -> Ran:
    return lab.run("reload", lab.state(), "gateway.ks#risky", "-q")


def ks0622(lab: Lab) -> Ran:
    return lab.run("reload", lab.state(), "gateway.ks#never", "-q")


def ks0623(lab: Lab) -> Ran:
    lab.write("other.ks", "schema Gateway { port: u16 where it >= 1024; name: String }\n")
    exempt = 'rule = "S02"\npath = "/name"\nreason = "all have a name"\nuntil = 2026-03-31\n'
    lab.write("kestrel.toml", f"[[exempt]]\n{exempt}")
    return lab.run("diff", "gateway.ks#Gateway", "other.ks#Gateway", "--as-of", "2026-04-01")


def ks0701(lab: Lab) -> Ran:
    return lab.run("status", "gone.state")


def ks0702(lab: Lab) -> Ran:
    return lab.run("status", lab.write("words.state", "no database at all\n" * 100))


def ks0704(lab: Lab) -> Ran:
    lab.state()
    (lab.folder / "link.state").symlink_to(STATE)
    return lab.run("status", "link.state")


def ks0705(lab: Lab) -> Ran:
    return lab.run("init", lab.state(), "--config", TWO)


def ks0720(lab: Lab) -> Ran:
    return lab.run("reload", lab.state(), "--to", "7")


def ks0770(lab: Lab) -> Ran:
    lab.key("log.key")
    (lab.folder / "log.key").chmod(0o644)
    return lab.run("audit", "checkpoint", lab.state(), "--key", "log.key")


def ks0771(lab: Lab) -> Ran:
    checkpoint = lab.write("head", "no note\n")
    return lab.run("audit", "verify-proof", checkpoint, "--public-key", "example.com+log")


def ks0772(lab: Lab) -> Ran:
    lab.write("head", "example.com/log\n5\n")
    return lab.run("audit", "prove", lab.state(), "1", "--against", "head")


def ks0773(lab: Lab) -> Ran:
    """A witness's file that says that our own key signed something else."""
    lab.checkpoint("head")
    head = (lab.folder / "head").read_text()
    lab.write("witness", head.replace("\n1\n", "\n2\n"))
    return lab.run("audit", "checkpoint", STATE, "--key", "log.key", "--witness", "witness")


def ks0774(lab: Lab) -> Ran:
    """A state as it was before its last checkpoint was signed."""
    lab.state()
    lab.key("log.key")
    lab.must("audit", "checkpoint", STATE, "--key", "log.key", "--witness", "witness")
    before = (lab.folder / STATE).read_bytes()
    lab.must("reload", STATE, TWO)
    lab.must("audit", "checkpoint", STATE, "--key", "log.key", "--witness", "witness")
    lab.write(STATE, before)
    return lab.run("audit", "checkpoint", STATE, "--key", "log.key", "--witness", "witness")


def ks0775(lab: Lab) -> Ran:
    return lab.run("audit", "prove", lab.state(), "1")


def ks0778(lab: Lab) -> Ran:
    lab.key("log.key")
    words = ("--key", "log.key", "--witness", "no-such-folder/witness")
    return lab.run("audit", "checkpoint", lab.state(), *words)


def ks0718(lab: Lab) -> Ran:
    return lab.run("reload", lab.state(), "--rollback")


def ks0738(lab: Lab) -> Ran:
    return lab.run("reload", lab.state(), TWO, "-q", "--confirm-within", "1ns")


def ks0740(lab: Lab) -> Ran:
    lab.must("reload", lab.state(), TWO, "-q", "--confirm-within", "1h")
    ran = lab.run("reload", STATE, ONE, "-q")
    return Ran(ran.code, ran.out, re.sub(r"until \S+", "until 2027-01-01T00:00:00Z", ran.err))


def ks0742(lab: Lab) -> Ran:
    return lab.run("confirm", lab.state())


def ks0743(lab: Lab) -> Ran:
    lab.must("reload", lab.state(), TWO, "-q")
    lab.must("state", "gc", STATE, "--keep", "1")
    return lab.run("reload", STATE, "--rollback", "-q")


def ks0744(lab: Lab) -> Ran:
    as_format_1(lab.folder / lab.state())
    return lab.run("status", STATE)


def ks0746(lab: Lab) -> Ran:
    return lab.run("state", "restore", lab.state())


def ks0747(lab: Lab) -> Ran:
    lab.must("reload", lab.state(), lab.plan())
    return kestrel_config("approve", STATE, "change.json", cwd=lab.folder)


def ks0734(lab: Lab) -> Ran:
    old, new = _store(lab)
    lab.must("init", STATE, "--schema", "store.ks", "--config", old)
    return lab.run("reload", STATE, lab.plan(STATE, new), "-q")


def _store(lab: Lab) -> tuple[str, str]:
    """A config with a reference, and one with a literal secret in its place."""
    lab.write("store.ks", "schema Store { password: Secret<String> }\n")
    lab.write("old.json", '{"password": "env:DB_PASSWORD"}')
    lab.write("new.json", '{"password": "hunter2"}')
    return "old.json", "new.json"


def ks0801(lab: Lab) -> Ran:
    return lab.run("lint", "gone.json", "--schema", "gateway.ks")


def ks0802(lab: Lab) -> Ran:
    os.mkfifo(lab.folder / "pipe.json")
    return lab.run("lint", "pipe.json", "--schema", "gateway.ks")


def ks0803(lab: Lab) -> Ran:
    with open(lab.folder / "large.yaml", "wb") as file:
        file.truncate((8 << 20) + 1)
    return lab.run("lint", "large.yaml", "--schema", "gateway.ks")


def ks0804(lab: Lab) -> Ran:
    (lab.folder / "loop.json").symlink_to("loop.json")
    return lab.run("lint", "loop.json", "--schema", "gateway.ks")


def ks0805(lab: Lab) -> Ran:
    return lab.run("lint", lab.write("a.yaml", b'note: "\xff"\n'), "--schema", "gateway.ks")


def ks0806(lab: Lab) -> Ran:
    return lab.run("lint", lab.write("a.conf", "port 80\n"), "--schema", "gateway.ks")


def ks0901(lab: Lab) -> Ran:
    return lab.run("lint", "gateway.ks", "--fromat", "json")


def ks0902(lab: Lab) -> Ran:
    return lab.run("lnit", "gateway.ks")


def ks0903(lab: Lab) -> Ran:
    return lab.run("lint", "gateway.ks", KESTREL_FORMAT="xml")


def ks0906(lab: Lab) -> Ran:
    return lab.run("lint", lab.write("a.json", '{"port": 8080}'))


def ks0907(lab: Lab) -> Ran:
    return lab.run("reload", STATE, "--rollback", "--to", "3")


def ks0908(lab: Lab) -> Ran:
    return lab.run("explain", "KS9999")


def ks0909(lab: Lab) -> Ran:
    lab.repository()
    return lab.run("diff", "git:HEAD:gone.ks#one", TWO)


def ks0910(lab: Lab) -> Ran:
    return lab.run("diff", ONE, TWO, "-o", "no-such-folder/change.json")


def ks0930(lab: Lab) -> Ran:
    return lab.run("metrics", lab.state(), "--listen", "127.0.0.1")


def ks0931(lab: Lab) -> Ran:
    """An address for documentation (RFC 5737), which no host has."""
    return lab.run("metrics", lab.state(), "--listen", "192.0.2.1:9464")


def ks0933(lab: Lab) -> Ran:
    return lab.run("check", "metrics", lab.state(), "--slo", "latency=50ms")


def ks0934(lab: Lab) -> Ran:
    return lab.run("check", "metrics", lab.state(), "--url", "127.0.0.1:9464")


def ks0911(lab: Lab) -> Ran:
    lab.write("other.ks", "schema Gateway { port: u16 where it >= 1024; name: String }\n")
    return lab.run("diff", "gateway.ks#Gateway", "other.ks#Gateway", "--require", "backward")


def ks0925(lab: Lab) -> Ran:
    return kestrel_config("approve", lab.state(), "gateway.ks", cwd=lab.folder)


def ks0460(lab: Lab) -> Ran:
    lab.store()
    data = lab.write("literal.json", '{"password": "hunter2"}')
    return lab.config("export", data, "--schema", "store.ks", "--to", "yaml")


def ks0461(lab: Lab) -> Ran:
    lab.store()
    data = lab.write("nulls.json", '{"password": "env:P", "more": {"a": null}}')
    return lab.config("export", data, "--schema", "store.ks", "--to", "toml")


def ks0462(lab: Lab) -> Ran:
    lab.store()
    data = lab.write("nulls.json", '{"password": "env:P", "more": {"a": null}}')
    return lab.config("import", data, "--schema", "store.ks")


def ks0463(lab: Lab) -> Ran:
    lab.store()
    (lab.folder / "deep").mkdir()
    (lab.folder / "deep" / "kestrel.toml").write_text("")
    (lab.folder / "deep" / "store.ks").write_text((lab.folder / "store.ks").read_text())
    ran = lab.config("import", "store.json", "--schema", "deep/store.ks", "-o", "prod.ks")
    return Ran(ran.code, ran.out, ran.err.replace(str(lab.folder.resolve()), "FOLDER"))


def ks0464(lab: Lab) -> Ran:
    return lab.gen("import", lab.write("strings.json", '{"type": "string"}'))


def ks0466(lab: Lab) -> Ran:
    lab.write("site.ks", "schema Site { port: u16 }\ntemplate site(port: u16): Site = { port }\n")
    lab.write("sites.yaml", "prod: { port: 443 }\n")
    words = ("--template", "site", "--env", "sites.yaml", "--profile", "prd")
    return lab.config("render", "site.ks", *words)


def ks0465(lab: Lab) -> Ran:
    form = """{
  "properties": {
    "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}
  }
}"""
    ran = lab.gen("import", lab.write("unique.json", form), "-o", "unique.ks")
    assert ran.code == 0
    return Ran(2, ran.out, ran.err)


def ks0913(lab: Lab) -> Ran:
    lab.store()
    return lab.config("import", "store.json", "--schema", "store.ks", "-o", "prod.yaml")


def ks0914(lab: Lab) -> Ran:
    lab.store()
    return lab.config("import", "store.json", "--schema", "store.ks", "--name", "prod-eu")


def ks0915(lab: Lab) -> Ran:
    text = "regmap Uart { register CR @ 0 { EN [0] rw } }\n"
    return lab.gen("regs", lab.write("uart.kreg", text), "--lang", "cpp")


def kr0901(lab: Lab) -> Ran:
    text = "regmap Uart { register CR @ 0 { EN [0] rw } }\n"
    words = lab.write("uart.kreg", text), lab.write("prod.yaml", "port: 80\n")
    return lab.run("diff", *words)


def kr0921(lab: Lab) -> Ran:
    text = "regmap Uart { register CR @ 0 { EN [0] w neutral 0 } }\n"
    ran = lab.gen("regs", lab.write("uart.kreg", text), "--lang", "svd", "--out", "build")
    assert ran.code == 0
    return Ran(2, ran.out, ran.err)


def kr0902(lab: Lab) -> Ran:
    text = "regmap Uart { register CR @ 0 { EN [0] rw = 0 } }\n"
    words = ("regs", lab.write("uart.kreg", text), "--lang", "json", "--out", "build", "--check")
    ran = lab.gen(*words)
    assert ran.code == 1
    return Ran(2, ran.out, ran.err)


BOARD = """regmap Uart { register SR @ 4 { OVR [3] r } }
device Board {
  UART0: Uart @ 0x4000_0000
  UART1: Uart @ 0x4000_1000
}
"""


def kr0911(lab: Lab) -> Ran:
    return lab.run("decode", "--map", lab.write("board.kreg", BOARD), "UART0.SX", "0xC0")


def kr0912(lab: Lab) -> Ran:
    return lab.run("decode", "--map", lab.write("board.kreg", BOARD), "SR", "0xC0")


def kr0913(lab: Lab) -> Ran:
    words = ("UART0.SR", "0x1_0000_0000")
    return lab.run("decode", "--map", lab.write("board.kreg", BOARD), *words)


def _patched(lab: Lab, patch: str) -> Ran:
    """What a patch of svdtools is answered with; a warning as if it were an error."""
    text = "regmap Uart { register CR @ 0 { MODE [0] rw = 0 } }\ndevice Board { UART0: Uart @ 0 }\n"
    words = ("regs", lab.write("board.kreg", text), "--patch", lab.write("fix.yaml", patch))
    ran = lab.gen(*words, "--out", "build")
    return ran if ran.code else Ran(2, ran.out, ran.err)


def kr0931(lab: Lab) -> Ran:
    return _patched(lab, "UART0:\n  CR:\n    MODE: { off: none }\n")


def kr0932(lab: Lab) -> Ran:
    return _patched(lab, 'UART0:\n  CT:\n    MODE: { off: [0, "none"] }\n')


def kr0933(lab: Lab) -> Ran:
    return _patched(lab, "UART0:\n  _cluster: {}\n")


def kr0934(lab: Lab) -> Ran:
    return _patched(lab, "UART0:\n  CR:\n    _add:\n      MODE: { bitOffset: 4, bitWidth: 1 }\n")


def kr0935(lab: Lab) -> Ran:
    return _patched(lab, 'UART0:\n  _array:\n    "CR*": {}\n')


def kr0018(lab: Lab) -> Ran:
    lab.write("chip.svd", "")
    text = """<?xml version="1.0"?>
<device><name>Chip</name><description>25 \N{DEGREE SIGN}C</description><peripherals/></device>
"""
    (lab.folder / "chip.svd").write_bytes(text.encode("latin-1"))
    ran = lab.run("lint", "chip.svd")
    return Ran(2, ran.out, ran.err)


def ks0912(lab: Lab) -> Ran:
    return lab.config("fmt", lab.write("a.yaml", "port: 80\n"))


MATHS = 'extern "C" from "m" include <math.h> {{\n  safe fn sin(x: f64) -> {0} effect {{}}\n}}\n'


def _built(lab: Lab, type_: str, **environment: str) -> Ran:
    lab.write("maths.ks", MATHS.format(type_))
    return lab.gen("ffi", "maths.ks", "--out", "out", "--build", **environment)


def ks0230(lab: Lab) -> Ran:
    return _built(lab, "i32")


def ks0940(lab: Lab) -> Ran:
    return lab.gen("ffi", lab.write("key-value.ks", ""), "--out", "out")


def ks0941(lab: Lab) -> Ran:
    lab.write("maths.ks", MATHS.format("f64"))
    ran = lab.gen("ffi", "maths.ks", "--out", "out", "--check")
    return Ran(2, ran.out, ran.err)


def ks0942(lab: Lab) -> Ran:
    return _built(lab, "f64", PATH="")


def ks0944(lab: Lab) -> Ran:
    compiler = lab.folder / "cxx"
    compiler.write_text("#!/bin/sh\necho 'out/maths_ffi.cpp:1:1: error: too bad' >&2\nexit 1\n")
    compiler.chmod(0o755)
    return _built(lab, "f64", CXX=str(compiler))


CASES: dict[str, Case] = {
    name.upper(): function
    for name, function in list(globals().items())
    if name.startswith(("ks", "kr"))
}
