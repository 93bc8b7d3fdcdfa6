"""FEEL: the one expression language of conditions, timers, scripts and mappings, compiled once and evaluated often.

A bounded subset. An expression has no side effects, cannot run code, and ends; what the subset does not know is refused by
``compile_expression`` with a sentence for the process owner. How the language reads is in ``tokens``, ``syntax`` and
``parser``, what it means in ``operations`` and ``functions``; ``compiling`` joins the two.
"""

from engine.feel.compiling import Call, Expression, compile_expression
from engine.feel.errors import FeelError
from engine.feel.functions import FACTS
from engine.feel.running import Context
from engine.feel.values import (
    DaysTime,
    Duration,
    Json,
    Operand,
    Row,
    Value,
    YearsMonths,
    decode_value,
    encode_value,
)

__all__ = [
    "FACTS",
    "Call",
    "Context",
    "DaysTime",
    "Duration",
    "Expression",
    "FeelError",
    "Json",
    "Operand",
    "Row",
    "Value",
    "YearsMonths",
    "compile_expression",
    "decode_value",
    "encode_value",
]
