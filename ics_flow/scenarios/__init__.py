"""Scenarios: examples of how a procedure should run, read from YAML and played through the application as it is.

What a scenario may say is in ``bpmn/README.md``. Not here: how failures are shown (the command line).
"""

from ics_flow.scenarios.player import Player
from ics_flow.scenarios.reading import Child, Scenario, read_scenario
from ics_flow.scenarios.stage import Played, Stage

__all__ = ["Child", "Played", "Player", "Scenario", "Stage", "read_scenario"]
