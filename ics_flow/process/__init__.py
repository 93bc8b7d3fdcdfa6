"""From an entry of a case's history to engine steps: the one path that live handling, replay, restatement and verification share.

Pure: no clock, no database. What a command may do, and what is written where, are the commands' and the store's.
"""
