"""What people and the clock may ask for: one file a command, the frozen dataclass and its handler together.

A handler checks the rules, lets time pass first, and writes what happened. Who may ask, the transaction and the retry are the application's.
"""
