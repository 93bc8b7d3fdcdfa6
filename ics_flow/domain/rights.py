"""Who may do what, and read what: roles from ``bpmn/rights.yaml`` and the diagrams, weighed against one case.

The rules are the council's and stand in the release; only how they are weighed stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal, Self, TypeAlias

import yaml

from engine import Problem
from ics_flow.domain.view import CaseView, TaskView
from ics_flow.domain.workers import Worker

Reach: TypeAlias = Literal["all", "team", "worked", "shared", "none"]
REACHES: tuple[Reach, ...] = ("all", "team", "worked", "shared", "none")  # the widest first
ALLOCATED_WORKER = "allocated_worker"
ALLOCATED_MANAGER = "allocated_manager"
KNOW_ADOPTED = "know_adopted"


class RightsUnreadable(Exception):
    """The file of rights is not as it should be."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualReading:
    """From when to when it is night, and how many different files within an hour are many: what is shown as unusual where it is seen who looked."""

    night_from: time
    night_to: time
    files_in_an_hour: int

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """What the file of rights says."""
        return cls(
            night_from=time.fromisoformat(data["night_from"]),
            night_to=time.fromisoformat(data["night_to"]),
            files_in_an_hour=int(data["files_in_an_hour"]),
        )

    def is_night(self, at: time) -> bool:
        """Whether it is night at that time of day."""
        if self.night_from <= self.night_to:
            return self.night_from <= at < self.night_to
        return at >= self.night_from or at < self.night_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What each role may do and read."""

    labels: Mapping[str, str]
    from_the_case: Mapping[str, str]
    may_do_beside: Mapping[str, tuple[str, ...]]  # an act beside the diagram: the roles
    reach: Mapping[str, Reach]
    read_log: tuple[str, ...]
    unusual_reading: UnusualReading | None = None  # not said by releases of earlier days
    approvals: int = 2  # how many members of the board approve a change
    areas: tuple[str, ...] = ()  # the service areas that are represented on the board

    @classmethod
    def read(cls, file: str, content: bytes) -> Self:
        """The rights that the file gives; raises ``RightsUnreadable``."""
        if not content:
            raise RightsUnreadable(
                Problem(file, None, "The file is missing: it says who is who, and who may do what.")
            )
        try:
            data: Any = yaml.safe_load(content)
            rights = cls(
                labels={role: str(said["label"]) for role, said in data["roles"].items()},
                from_the_case={role: str(said["label"]) for role, said in data["from_the_case"].items()},
                may_do_beside={act: tuple(roles) for act, roles in data["may"].items()},
                reach=dict(data["read"]),
                read_log=tuple(data["read_log"]),
                unusual_reading=(
                    UnusualReading.read(data["unusual_reading"]) if "unusual_reading" in data else None
                ),
                approvals=int(data.get("board", {}).get("approvals", 2)),
                areas=tuple(map(str, data.get("board", {}).get("areas", ()))),
            )
        except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise RightsUnreadable(Problem(file, None, f"The rights cannot be read: {error}.")) from None
        rights._check(file)
        return rights

    @property
    def roles(self) -> Mapping[str, str]:
        """Every role that a diagram may name, with its label."""
        return {**self.labels, **self.from_the_case}

    def may_read(self, worker: Worker, case: CaseView, manager_of_allocated: str | None = None) -> str | None:
        """By what right the worker reads the child's file, in words for the read log; None where there is none."""
        if self.reads_what_is_shared(worker):
            return None
        if case.allocated_worker == worker.id:
            return "allocated worker"
        if manager_of_allocated == worker.id:
            return "manager of the allocated worker"
        match self.reach_of(worker):
            case "all":
                return "every file"
            case "team" if worker.team is not None and case.team == worker.team:
                return "team"
            case "team" | "worked" if worker.id in case.workers:
                return "own work"
            case _:
                return None

    def reach_of(self, worker: Worker) -> Reach:
        """Which files the worker's roles open; the widest where there are several."""
        return min((self.reach.get(role, "none") for role in worker.roles), key=REACHES.index, default="none")

    def reads_what_is_shared(self, worker: Worker) -> bool:
        """Whether the worker opens no file and no other page, but the records that are shared with the worker."""
        return self.reach_of(worker) == "shared"

    def may_do(
        self, worker: Worker, case: CaseView, task: TaskView, manager_of_allocated: str | None
    ) -> bool:
        """Whether the worker may do the waiting task: holds one of its roles, may read the file, and did not write what the task judges."""
        if self.may_read(worker, case, manager_of_allocated) is None:
            return False
        if not self.holds(worker, task.roles, case, manager_of_allocated):
            return False
        return not (task.other_than and self.writer_of(case, task) == worker.id)

    def may(self, worker: Worker, act: str, case: CaseView, manager_of_allocated: str | None = None) -> bool:
        """Whether the worker may do an act beside the diagram (skip, correct, reassign, ...) in a case that the worker may read."""
        roles = self.may_do_beside.get(act, ())
        readable = self.may_read(worker, case, manager_of_allocated) is not None
        return readable and self.holds(worker, roles, case, manager_of_allocated)

    def may_anywhere(self, worker: Worker, act: str) -> bool:
        """Whether the worker may do an act that belongs to no case (move the clock, keep workers, ...)."""
        return bool(worker.roles.intersection(self.may_do_beside.get(act, ())))

    def may_see_readers(self, worker: Worker) -> bool:
        """Whether the worker may see who has read a child's file."""
        return bool(worker.roles.intersection(self.read_log))

    def may_know_adopted(self, worker: Worker) -> bool:
        """Whether the worker may know which file an adopted child had before and has now, and open the latter; never by a part in the case."""
        return self.may_anywhere(worker, KNOW_ADOPTED)

    @staticmethod
    def holds(
        worker: Worker, roles: tuple[str, ...], case: CaseView, manager_of_allocated: str | None
    ) -> bool:
        """Whether the worker holds one of the roles, those that come from the case among them."""
        if worker.roles.intersection(roles):
            return True
        if ALLOCATED_WORKER in roles and case.allocated_worker == worker.id:
            return True
        return ALLOCATED_MANAGER in roles and manager_of_allocated == worker.id

    @staticmethod
    def writer_of(case: CaseView, task: TaskView) -> str | None:
        """Who wrote the record that the task is about."""
        return next((record.by for record in case.records if record.scope == task.record), None)

    def _check(self, file: str) -> None:
        if self.approvals < 1:
            raise RightsUnreadable(
                Problem(file, "board", "At least one member of the board approves a change.")
            )
        for role, reach in self.reach.items():
            if reach not in REACHES:
                raise RightsUnreadable(
                    Problem(file, role, f"A role reads {', '.join(REACHES)}; not {reach!r}.")
                )
        named = {role for roles in self.may_do_beside.values() for role in roles}
        for role in sorted({*named, *self.reach, *self.read_log} - self.roles.keys()):
            raise RightsUnreadable(
                Problem(file, role, f"There is no role {role!r}. Describe it under roles.")
            )
