"""Which image cache serves a group best."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.images.matching import best, degree, is_full, least_used, ranked, repository
from eci_emulator.model.caches import CacheStatus, ImageCache

names = st.sampled_from(["a:1", "a:2", "b:1", "r.local:5000/a:1", "c"])
image_lists = st.lists(names, min_size=1, max_size=3, unique=True)


def cache(*images: str, size: int = 20, sequence: int = 1, **more: object) -> ImageCache:
    return ImageCache(
        id=f"imc-{sequence}",
        account="1",
        region="r",
        status=more.pop("status", CacheStatus.READY),  # type: ignore[arg-type]
        images=list(images),
        size=size,
        sequence=sequence,
        **more,  # type: ignore[arg-type]
    )


caches = st.lists(
    st.builds(
        lambda images, size, sequence, status: cache(*images, size=size, sequence=sequence, status=status),
        image_lists,
        st.integers(1, 60),
        st.integers(1, 1000),
        st.sampled_from([CacheStatus.READY, CacheStatus.CREATING, CacheStatus.FAILED]),
    ),
    max_size=6,
    unique_by=lambda one: one.sequence,
)


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("nginx", "nginx"),
        ("nginx:1", "nginx"),
        ("r.local:5000/team/nginx", "r.local:5000/team/nginx"),
        ("r.local:5000/team/nginx:1@sha256:ab", "r.local:5000/team/nginx"),
    ],
)
def test_the_name_without_the_tag(image: str, name: str) -> None:
    assert repository(image) == name


def test_a_tag_counts_more_than_a_repository() -> None:
    assert degree(["a:1", "b:1"], ["a:1", "b:2", "c:1"]) == 3


def test_order() -> None:
    whole, other_tag, smaller, newer = (
        cache("a:1", "b:1", sequence=1),
        cache("a:2", size=1, sequence=2),
        cache("a:1", size=10, sequence=3),
        cache("a:1", size=10, sequence=4),
    )
    assert ranked([other_tag, smaller, whole, newer], ["a:1", "b:1"]) == [whole, newer, smaller, other_tag]


@given(caches, image_lists, st.integers(1, 60))
def test_the_best_is_usable_and_nothing_usable_is_better(
    known: list[ImageCache], wanted: list[str], room: int
) -> None:
    found = best(known, wanted, room)
    usable = [
        one
        for one in known
        if one.status is CacheStatus.READY and one.size <= room and degree(one.images, wanted)
    ]
    if found is None:
        assert usable == []
        return
    assert found in usable
    for other in usable:
        mine, its = degree(found.images, wanted), degree(other.images, wanted)
        assert (mine, -found.size, found.sequence) >= (its, -other.size, other.sequence)


@given(caches, image_lists)
def test_the_order_in_which_they_are_known_does_not_matter(
    known: list[ImageCache], wanted: list[str]
) -> None:
    assert ranked(known, wanted) == ranked(known[::-1], wanted)


@given(image_lists, image_lists)
def test_a_cache_that_has_everything_matches_as_well_as_can_be(held: list[str], wanted: list[str]) -> None:
    assert is_full(held, wanted) == (degree(held, wanted) == 2 * len(wanted))


def test_the_least_used_goes() -> None:
    never = cache("a:1", sequence=1, creation_time=500.0)
    old = cache("a:1", sequence=2, creation_time=1.0, last_matched_time=400.0)
    new = cache("a:1", sequence=3, creation_time=2.0, last_matched_time=900.0)
    assert least_used([new, never, old]) == old
