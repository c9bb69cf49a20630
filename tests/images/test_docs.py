"""The rules that docs/images.md shows are rules."""

from __future__ import annotations

import re
from pathlib import Path

from eci_emulator.images.registries import Registries, Rules, Source, load

PAGE = Path(__file__).parents[2] / "docs" / "images.md"


def shown_rules(folder: Path) -> Rules:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    path = folder / "rules.yaml"
    path.write_text(text)
    return load(path)


def test_the_rules_on_the_page_work(tmp_path: Path) -> None:
    rules = shown_rules(tmp_path)
    registries = Registries(rules, "own:1")
    examples = "registry-vpc.cn-beijing.aliyuncs.com/eci_open/"
    assert registries.source(f"{examples}nginx:alpine") == Source("nginx:1.27", local=True)
    assert registries.source(f"{examples}busybox:1.30") == Source("127.0.0.1:5000/busybox:1.30")
    assert registries.source("registry.cn-hangzhou.aliyuncs.com/a/b:1") == Source("own:1", local=True)
    assert registries.source("busybox:1.36") == Source("127.0.0.1:5000/busybox:1.36")
    assert [login.acr or login.server for login in rules.logins] == ["127.0.0.1:5000", "cri-0123456789"]
    assert rules.hubs
