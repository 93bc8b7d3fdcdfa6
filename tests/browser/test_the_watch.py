"""What watches every page sees a fault when there is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Screen

FAULTS = {
    "a picture without words": "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')",
    "a script in the page": "document.body.append(Object.assign(document.createElement('script'), { text: '1' }))",
    "something too wide": "document.querySelector('h1').style.minWidth = '900px'",
    "an error in the console": "console.error('wrong')",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(screen: Callable[..., Screen], fault: str) -> None:
    sam = screen("sam")
    sam.check()

    sam.page.evaluate(FAULTS[fault])

    with pytest.raises(AssertionError):
        sam.check()
