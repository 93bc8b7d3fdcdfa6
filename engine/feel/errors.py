"""What is said when an expression cannot be used."""

from __future__ import annotations


class FeelError(ValueError):
    """An expression cannot be used: the message says where, what is wrong and how to mend it.

    ``position`` is the place of the offending character or word, counted from 1, where there is one.
    """

    def __init__(self, sentence: str, position: int | None = None) -> None:
        self.position = position
        super().__init__(sentence if position is None else f"At character {position}: {sentence}")
