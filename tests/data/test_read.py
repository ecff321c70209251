"""Files from outside are opened within bounds, and what cannot be read says why."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from kestrel.text.read import UnreadableFile, read_bytes, read_source


def code_of(path: str | Path, limit: int = 100) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_source(path, limit)
    assert len(caught.value.diagnostics) == 1
    return caught.value.diagnostics[0].code


def test_a_file_is_read_whole_under_the_name_given(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("é: 1\n".encode())
    source = read_source(path)
    assert (source.name, source.data) == (str(path), "é: 1\n".encode())


def test_a_file_of_exactly_the_bound_is_read(tmp_path: Path) -> None:
    path = tmp_path / "full"
    path.write_bytes(b"x" * 100)
    assert read_bytes(path, 100) == b"x" * 100


def test_one_byte_more_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "more"
    path.write_bytes(b"x" * 101)
    assert code_of(path) == "KS0803"


def test_a_missing_file(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none") == "KS0801"


def test_a_directory(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "KS0802"


def test_a_fifo_that_nobody_writes_to(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    assert code_of(path) == "KS0802"


def test_a_device_that_never_ends() -> None:
    assert code_of("/dev/zero") == "KS0802"


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert code_of("s") == "KS0802"


def test_a_name_that_no_file_can_have() -> None:
    assert code_of("a\0b") == "KS0804"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(0)
    assert code_of(path) == "KS0804"


def test_text_that_is_not_utf8_points_at_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "latin"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(UnreadableFile) as caught:
        read_source(path)
    (found,) = caught.value.diagnostics
    assert found.code == "KS0805"
    assert found.span is not None
    assert (found.span.first.line, found.span.first.column) == (2, 7)
