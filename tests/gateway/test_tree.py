from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eci_emulator.gateway.tree import MAX_DEPTH, flatten, parse
from eci_emulator.model import errors


def test_dotted_names_become_lists_and_objects() -> None:
    assert parse(
        {
            "ContainerGroupName": "job",
            "Container.1.Name": "a",
            "Container.1.Command.1": "sh",
            "Container.1.Command.2": "-c",
            "Container.2.LivenessProbe.HttpGet.Port": "80",
            "DnsConfig.NameServer.1": "1.1.1.1",
        }
    ) == {
        "ContainerGroupName": "job",
        "Container": [
            {"Name": "a", "Command": ["sh", "-c"]},
            {"LivenessProbe": {"HttpGet": {"Port": "80"}}},
        ],
        "DnsConfig": {"NameServer": ["1.1.1.1"]},
    }


def test_numbers_give_the_order_not_the_place() -> None:
    tree = parse({f"Image.{number}": str(number) for number in (10, 2, 999999999, 1)})
    assert tree == {"Image": ["1", "2", "10", "999999999"]}
    assert tree["Image"].numbers == [1, 2, 10, 999999999]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Options.bucket", "bucket"),
        ("Options.#6#bucket", "bucket"),
        ("Options.#3#a.b", "a.b"),
        ("Options.#1#7", "7"),
        ("Options.#5#bucket", "#5#bucket"),  # a count that is not the key's length counts for nothing
        ("Options.#9#bucket", "#9#bucket"),
        ("Options.#0#", ""),
    ],
)
def test_keys_of_maps(name: str, key: str) -> None:
    assert parse({name: "x"}) == {"Options": {key: "x"}}


def test_a_counted_key_in_the_middle() -> None:
    assert parse({"A.#3#b.c.D.1": "x"}) == {"A": {"b.c": {"D": ["x"]}}}


@pytest.mark.parametrize(
    "names", [("A", "A.B"), ("A.B", "A"), ("A.1.B", "A.1"), ("A.1", "A.1.B"), ("A.1", "A.1.1")]
)
def test_value_and_object_of_one_name(names: tuple[str, str]) -> None:
    with pytest.raises(errors.InvalidFormat, match="both as a value and as an object"):
        parse(dict.fromkeys(names, "1"))
    scalar = min(names, key=len)
    assert parse({name: "" if name == scalar else "1" for name in names}) == parse({max(names, key=len): "1"})


def test_numbers_and_words_together_are_fields() -> None:
    assert parse({"A.1": "x", "A.B": "y"}) == {"A": {"1": "x", "B": "y"}}


@pytest.mark.parametrize("number", ["0", "01", "1234567890", "9" * 100_000, "-1", "1e3", "٣", ""])
def test_what_is_not_a_number_is_a_word(number: str) -> None:
    assert parse({f"A.{number}": "x"}) == {"A": {number: "x"}}


def test_depth_is_bounded() -> None:
    deepest = ".".join(["A"] * MAX_DEPTH)
    assert flatten(parse({deepest: "x"})) == {deepest: "x"}
    for name in (f"{deepest}.A", "A." * 500_000, ".1" * 500_000):
        with pytest.raises(errors.InvalidFormat, match="parts"):
            parse({name: "x"})


# Keys and values of any text; empty objects and lists are left out, as they leave nothing on the wire.
keys = st.text(min_size=1, max_size=8) | st.sampled_from(
    ["1", "07", "a.b", "#3#abc", "#", "#1#", ".", "Name"]
)
values = st.text(max_size=12)
subtrees = st.recursive(
    values,
    lambda children: (
        st.lists(children, min_size=1, max_size=4) | st.dictionaries(keys, children, min_size=1, max_size=4)
    ),
    max_leaves=12,
)
encodable = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
trees = st.dictionaries(encodable, subtrees, max_size=5)


# The first text of a process is slow: it builds a table of all characters.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees, st.booleans(), st.randoms(use_true_random=False))
def test_any_tree_comes_back_from_its_flat_names(
    tree: dict[str, Any], counted: bool, order: random.Random
) -> None:
    flat = list(flatten(tree, counted_keys=counted).items())
    order.shuffle(flat)
    assert parse(dict(flat)) == tree


def test_flat_values_are_written_as_clients_write_them() -> None:
    assert flatten({"A": [{"B": True, "C": 2.0, "D": 3}], "E": False, "F": {}, "G": []}) == {
        "A.1.B": "true",
        "A.1.C": "2.0",
        "A.1.D": "3",
        "E": "false",
    }
