from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from eci_emulator.gateway.coerce import RequestCoercer, request_coercer, request_coercers
from eci_emulator.gateway.tree import parse
from eci_emulator.model import errors

from .wire import dump

DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Named": {"type": "object", "properties": {"Name": {"type": "string"}}},
            "Container": {
                "allOf": [
                    {"$ref": "#/components/schemas/Named"},
                    {
                        "type": "object",
                        "properties": {
                            "Cpu": {"type": "number", "format": "float"},
                            "Gpu": {"type": "integer", "format": "int32"},
                            "Tty": {"type": "boolean"},
                            "Command": {"type": "array", "items": {"type": "string"}},
                        },
                    },
                ]
            },
            "Request": {
                "type": "object",
                "properties": {
                    "Name": {"type": "string"},
                    "Ids": {"type": "string", "description": "A list in JSON."},
                    "Size": {"type": "integer", "format": "int64"},
                    "Spot": {"$ref": "#/components/schemas/Container"},
                    "Container": {"type": "array", "items": {"$ref": "#/components/schemas/Container"}},
                    "Options": {"type": "object", "additionalProperties": {"type": "string"}},
                    "Free": {"type": "object"},
                    "Any": {},
                    "Note": {"type": "string", "x-eci-empty": "value"},
                },
            },
        }
    }
}


@pytest.fixture(scope="module")
def coerce() -> RequestCoercer:
    return request_coercer({"$ref": "#/components/schemas/Request"}, DOCUMENT)


@pytest.mark.parametrize(
    ("flat", "arguments"),
    [
        ({"Name": "1"}, {"Name": "1"}),
        ({"Ids": '["eci-1"]'}, {"Ids": '["eci-1"]'}),
        ({"Size": "2"}, {"Size": 2}),
        ({"Size": "2.0"}, {"Size": 2}),
        ({"Size": "-9223372036854775808"}, {"Size": -(2**63)}),
        ({"Spot.Cpu": "2"}, {"Spot": {"Cpu": 2.0}}),
        ({"Spot.Cpu": "0.25"}, {"Spot": {"Cpu": 0.25}}),
        ({"Spot.Cpu": ".5"}, {"Spot": {"Cpu": 0.5}}),
        ({"Spot.Cpu": "1e-05"}, {"Spot": {"Cpu": 1e-05}}),
        ({"Spot.Tty": "True", "Spot.Name": "a"}, {"Spot": {"Tty": True, "Name": "a"}}),
        ({"Spot.Tty": "FALSE"}, {"Spot": {"Tty": False}}),
        ({"Container.1.Command": "sh"}, {"Container": [{"Command": ["sh"]}]}),
        ({"Container.2.Gpu": "1", "Container.7.Gpu": "0"}, {"Container": [{"Gpu": 1}, {"Gpu": 0}]}),
        ({"Options.bucket": "b", "Options.#1#1": "x"}, {"Options": {"bucket": "b", "1": "x"}}),
        ({"Options.a.b": "x", "Options.c.1.2": "y"}, {"Options": {"a.b": "x", "c.1.2": "y"}}),
        ({"Options.1": "x", "Options.3": "y"}, {"Options": {"1": "x", "3": "y"}}),
        ({"Free.a": "1"}, {"Free": {"a": "1"}}),
        ({"Any": "1"}, {"Any": "1"}),
        ({}, {}),
    ],
)
def test_strings_become_what_the_schema_says(
    coerce: RequestCoercer, flat: dict[str, str], arguments: dict[str, Any]
) -> None:
    coerced, unknown = coerce(parse(flat))
    assert coerced == arguments
    assert repr(coerced) == repr(arguments)  # 2.0 == 2, but they are not the same
    assert unknown == []


@pytest.mark.parametrize(
    "name",
    [
        "Name",
        "Ids",
        "Size",
        "Spot",
        "Spot.Cpu",
        "Spot.Tty",
        "Container",
        "Container.1",
        "Container.1.Command.1",
        "Options",
        "Options.a",
        "Free",
        "Any",
    ],
)
def test_an_empty_string_is_not_there(coerce: RequestCoercer, name: str) -> None:
    assert coerce(parse({name: ""})) == ({}, [])
    assert coerce(parse({name: "", "Spot.Gpu": "1"})) == ({"Spot": {"Gpu": 1}}, [])


def test_where_the_document_says_so_an_empty_string_is_a_value(coerce: RequestCoercer) -> None:
    assert coerce(parse({"Name": "", "Note": ""})) == ({"Note": ""}, [])


def test_what_is_empty_leaves_no_hole(coerce: RequestCoercer) -> None:
    flat = {
        "Container.1.Name": "",
        "Container.2.Name": "b",
        "Container.2.Command.1": "",
        "Container.2.Command.2": "x",
    }
    assert coerce(parse(flat)) == ({"Container": [{"Name": "b", "Command": ["x"]}]}, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Size", "x"),
        ("Size", "2.5"),
        ("Size", " 2"),
        ("Size", "1_000"),
        ("Size", "٣"),
        ("Size", "9223372036854775808"),
        ("Size", "9" * 5000),
        ("Size.1", "2"),
        ("Spot", "x"),
        ("Spot.Gpu", "2147483648"),
        ("Spot.Cpu", "two"),
        ("Spot.Cpu", "nan"),
        ("Spot.Cpu", "inf"),
        ("Spot.Cpu", "1e999"),
        ("Spot.Cpu", "0x10"),
        ("Spot.Tty", "yes"),
        ("Spot.Tty", "1"),
        ("Container", "x"),
        ("Container.3.Cpu", "x"),
        ("Container.3.Command.x", "sh"),
        ("Container.x.Cpu", "1"),
        ("Container.0.Cpu", "1"),
        ("Name.1", "x"),
        ("Name.First", "x"),
        ("Options", "x"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_wire_name(coerce: RequestCoercer, name: str, value: str) -> None:
    with pytest.raises(errors.InvalidFormat) as caught:
        coerce(parse({name: value}))
    named = caught.value.message.removeprefix("Specified parameter ").split(" is not valid")[0]
    assert name == named or name.startswith(f"{named}.")
    assert caught.value.code == "InvalidParameter.Format"


def test_the_wire_name_has_the_number_of_the_wire(coerce: RequestCoercer) -> None:
    with pytest.raises(errors.InvalidFormat, match=r"Container\.7\.Cpu "):
        coerce(parse({"Container.2.Cpu": "1", "Container.7.Cpu": "x"}))


def test_unknown_parameters_are_left_out_and_reported(coerce: RequestCoercer) -> None:
    flat = {
        "MaxResults": "1",
        "Spot.Enable": "1",
        "Container.4.Foo.1.Bar": "x",
        "Container.4.Cpu": "1",
        "Spot.1": "x",
    }
    arguments, unknown = coerce(parse(flat))
    assert arguments == {"Container": [{"Cpu": 1.0}]}
    assert sorted(unknown) == ["Container.4.Foo", "MaxResults", "Spot.1", "Spot.Enable"]


def test_typed_values_are_left_to_the_validator(coerce: RequestCoercer) -> None:
    body = {
        "Name": 5,
        "Size": True,
        "Spot": {"Cpu": 2, "Gpu": 1.5, "Tty": 1},
        "Container": [{"Command": [1]}],
    }
    assert repr(coerce(body)[0]) == repr({**body, "Spot": {"Cpu": 2.0, "Gpu": 1.5, "Tty": 1}})
    assert coerce(
        {"Name": None, "Size": None, "Spot": None, "Container": [None], "Options": {"a": None}}
    ) == ({}, [])


@pytest.mark.parametrize(
    "body",
    [
        {"Size": 2**63},
        {"Spot": {"Cpu": 10**400}},
        {"Name": {"a": 1}},
        {"Name": ["a"]},
        {"Spot": [1]},
        {"Options": {"a": ["x"]}},
    ],
)
def test_typed_values_that_cannot_be_kept(coerce: RequestCoercer, body: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidFormat):
        coerce(body)


def test_deep_maps_are_refused(coerce: RequestCoercer) -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = {"a": deep}
    with pytest.raises(errors.InvalidFormat, match="Options"):
        coerce({"Options": deep})


@pytest.fixture(scope="module")
def actions() -> dict[str, RequestCoercer]:
    document = resources.files("eci_openapi").joinpath("eci-2018-08-08.yaml").read_text("utf-8")
    return request_coercers(yaml.load(document, yaml.CSafeLoader))


def test_recorded_requests_fit_the_document(actions: dict[str, RequestCoercer]) -> None:
    for path in sorted(Path(__file__).with_name("dumps").glob("*.http")):
        call = dump(path.stem).call()
        assert actions[call.action](call.tree())[1] == [], path.stem


def test_a_recorded_create_is_typed(actions: dict[str, RequestCoercer]) -> None:
    arguments, _ = actions["CreateContainerGroup"](dump("tea-openapi-1-CreateContainerGroup").call().tree())
    assert arguments["AutoMatchImageCache"] is True
    assert arguments["Cpu"] == 2.0
    assert arguments["EphemeralStorage"] == 20
    assert arguments["Volume"][1]["ConfigFileVolume"]["ConfigFileToPath"] == [
        {"Content": "aGk=", "Mode": 256, "Path": "a.txt"}
    ]
    container = arguments["Container"][0]
    assert container["Arg"] == ['echo "hi there"; sleep 1']
    assert container["VolumeMount"] == [{"MountPath": "/data", "Name": "v1", "ReadOnly": False}]
    assert container["SecurityContext"] == {"Capability": {"Add": ["NET_ADMIN"]}, "RunAsUser": 1000}


def test_maps_of_the_document(actions: dict[str, RequestCoercer]) -> None:
    for options in ({"DataSource.Options.bucket": "x"}, {"DataSource.Options.#6#bucket": "x"}):
        arguments, unknown = actions["CreateDataCache"](parse({"DataSource.Type": "OSS", **options}))
        assert arguments == {"DataSource": {"Type": "OSS", "Options": {"bucket": "x"}}}
        assert unknown == []
