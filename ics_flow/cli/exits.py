"""The exit codes that scripts can trust, beside 0 (all is well) and 2 (not understood), which click gives."""

WRONG = 1
"""Something was found wrong, or refused."""
INTERRUPTED = 130
"""Ctrl+C."""
