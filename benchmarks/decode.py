"""From bytes to a checked config: JSON of 100,000 leaves, YAML of 10,000."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
import pydantic
import yaml

from benchmarks import work
from benchmarks.measure import Result, seconds

Proto = Literal["Http", "Https", "Tcp"]


class Listener(msgspec.Struct):
    host: str
    port: Annotated[int, msgspec.Meta(ge=1024, le=65535)]
    proto: Proto
    weight: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
    backlog: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
    name: str
    region: str
    enabled: bool
    ratio: float
    zone: str


class Gateway(msgspec.Struct):
    listeners: dict[str, Listener]


class PydanticListener(pydantic.BaseModel):
    host: str
    port: Annotated[int, pydantic.Field(ge=1024, le=65535)]
    proto: Proto
    weight: Annotated[int, pydantic.Field(ge=0, le=2**32 - 1)]
    backlog: Annotated[int, pydantic.Field(ge=0, le=2**32 - 1)]
    name: str
    region: str
    enabled: bool
    ratio: float
    zone: str


class PydanticGateway(pydantic.BaseModel):
    listeners: dict[str, PydanticListener]


def decode() -> Iterator[Result]:
    data = work.as_json(work.document(100_000))
    schema = work.schema(rules=True)
    decoder = msgspec.json.Decoder(Gateway)
    ours = seconds(lambda: schema.decode(data))
    what = "decode and check JSON, 100,000 leaves"
    yield Result(what, ours, "msgspec", seconds(lambda: decoder.decode(data)), 0.8, "at most")
    yield Result(what, ours, "json.loads", seconds(lambda: json.loads(data)))
    slow = seconds(lambda: PydanticGateway.model_validate_json(data))
    yield Result(what, ours, "pydantic", slow)


def decode_yaml() -> Iterator[Result]:
    from kestrel.data.yaml import read_yaml
    from kestrel.text.source import Source

    source = Source("gateway.yaml", yaml.safe_dump(work.document(10_000)).encode())
    schema = work.schema(rules=True)
    ours = seconds(lambda: schema.decode_document(read_yaml(source)))
    theirs = seconds(lambda: yaml.load(source.data, yaml.CSafeLoader))
    yield Result(
        "YAML to a config, 10,000 leaves", ours, "PyYAML's C loader", theirs, 1.5, "at most"
    )
