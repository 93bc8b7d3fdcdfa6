"""What is logged: a constant message with ids as fields, one JSON object a line. Never a name, never an answer."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def logger(name: str) -> logging.Logger:
    """The logger of a module."""
    return logging.getLogger(name)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send the logs to standard error, one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def log_to_file(path: Path, level: int = logging.INFO) -> None:
    """Send the logs to a file, one JSON object a line; raises OSError where it cannot be written."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(_Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


class _Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _STANDARD},
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = _innermost(record)
        return json.dumps(line, default=str)


def _innermost(record: logging.LogRecord) -> str:
    """Where an error came from; its text may hold what somebody typed, so it is left out."""
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
