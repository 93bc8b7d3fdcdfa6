"""One step of a process: (pathways, state, input, moment) -> (state, effects). Pure: the same in gives the same out, on any machine, in any year.

Who may take a step, what is written down of it, and what follows in other processes are the application's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.util.task import TaskState

from engine.diagram import Call, Node, Pathway, TimerEvent, UserTask
from engine.effects import Effect
from engine.feel import Value
from engine.problems import NotDue, NotWaiting
from engine.reading import read_pathways as read_diagrams
from engine.state import Scope, State, join, split
from engine.tokens import Moment, Run, specify

SEMANTICS = 1
"""The number of the engine's behaviour. FEEL, timers and stepping change what they do only under a new number; histories name theirs."""


@dataclass(frozen=True, slots=True)
class Pathways:
    """The pathways of a release, ready to be run."""

    by_id: Mapping[str, Pathway]
    specs: Mapping[str, BpmnProcessSpec]
    starters: Mapping[str, tuple[str, ...]]  # by the message: the pathways that it starts

    def __getitem__(self, pathway: str) -> Pathway:
        return self.by_id[pathway]

    def __contains__(self, pathway: str) -> bool:
        return pathway in self.by_id

    def started_by(self, message: str) -> tuple[str, ...]:
        """The ids of the pathways that the message starts."""
        return self.starters.get(message, ())


@dataclass(frozen=True, slots=True)
class Step:
    """What a step came to."""

    state: State
    effects: tuple[Effect, ...]


def read_pathways(files: Mapping[str, bytes]) -> Pathways:
    """The pathways of a set of ``.bpmn`` files, ready to be run; raises ``Refused`` with every problem found."""
    pathways = read_diagrams(files)
    return Pathways(
        MappingProxyType(pathways), MappingProxyType(specify(pathways)), MappingProxyType(_starters(pathways))
    )


def _starters(pathways: Mapping[str, Pathway]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pathway in pathways.values():
        for begun in pathway.graph.starts():
            if begun.message is not None:
                found[begun.message] = (*found.get(begun.message, ()), pathway.id)
    return found


def start(
    pathways: Pathways, pathway: str, data: Mapping[str, Value], moment: Moment, *, message: str | None = None
) -> Step:
    """The process begun: by hand, or by the message whose payload the data are."""
    if pathway not in pathways or pathways[pathway].start(message) is None:
        raise NotWaiting(pathway)
    run = Run(pathways.specs, pathways[pathway], Scope(data=data), moment)
    run.begin(message)
    return _finish(run)


def complete(
    pathways: Pathways, state: State, task: str, answers: Mapping[str, Value], moment: Moment
) -> Step:
    """The user task done, with the answers that enter the process; raises ``NotWaiting``."""
    run = _resume(pathways, state, moment)
    waiting = run.waiting(task, UserTask)
    waiting.workflow.data.update(answers)
    waiting.run()
    return _finish(run)


def fire(pathways: Pathways, state: State, timer: str, moment: Moment) -> Step:
    """The timer fired: its due has come. The day that counts as today is the one that fell due; raises ``NotWaiting``, ``NotDue``."""
    run = _resume(pathways, state, moment)
    waiting = run.waiting(timer, TimerEvent)
    due, due_on = waiting.internal_data.get("due", (None, None))
    if due is None or due > moment.instant:
        raise NotDue(timer)
    run.context = replace(moment, today=due_on).context()
    waiting.internal_data["caught"] = True
    waiting.task_spec._update(waiting)
    return _finish(run)


def deliver(
    pathways: Pathways, state: State, message: str, payload: Mapping[str, Value], moment: Moment
) -> Step | None:
    """The message given to everything that waits for it, or None where nothing does."""
    run = _resume(pathways, state, moment)
    catchers = run.catchers(message)
    if not catchers:
        return None
    for waiting in catchers:
        if waiting.state == TaskState.WAITING:
            waiting.internal_data.update(caught=True, payload=dict(payload))
            waiting.task_spec._update(waiting)
    return _finish(run)


def end(pathways: Pathways, state: State, moment: Moment) -> Step:
    """The process ended from outside: everything that it waits for is withdrawn, and it ends where the diagram says that it does then."""
    run = _resume(pathways, state, moment)
    for task in list(run.live()):
        task.end()
    if (last := pathways[state.pathway].ended_by_hand()) is not None:
        run.put(last.id)
    return _finish(run)


def tasks(state: State, pathways: Pathways) -> tuple[str, ...]:
    """The names of the user tasks that wait for somebody."""
    return tuple(
        join(path, token.name)
        for path, scope in state.scope.walk()
        for token in scope.tokens
        if isinstance(_element(pathways, state.pathway, path, token.element), UserTask)
    )


def element_of(pathways: Pathways, pathway: str, name: str) -> Node | None:
    """The drawn element that a name stands for: ``assessment#1/write#2`` is ``write`` of the procedure that ``assessment`` calls."""
    path, last = split(name)
    return _element(pathways, pathway, path, last.partition("#")[0])


def renamed(name: str, pathway: str, old: Pathways, new: Pathways) -> str:
    """What the element so named in a process of the old pathways is called in the new: where it has another id now, ``was`` says so.

    A name that has no heir stays as it is.
    """
    was, now = old.by_id.get(pathway), new.by_id.get(pathway)
    parts = []
    for part in name.split("/"):
        element, mark, occurrence = part.partition("#")
        before = was.element(element) if was else None
        after = _heir(element, before, now) if now else None
        parts.append(f"{after.id if after else element}{mark}{occurrence}")
        was = old.by_id.get(before.pathway) if isinstance(before, Call) else was
        now = new.by_id.get(after.pathway) if isinstance(after, Call) else now
    return "/".join(parts)


def _heir(element: str, before: Node | None, now: Pathway) -> Node | None:
    """The element of a pathway that goes on under the same id, was called so before, or is what this one was called before."""
    same = now.element(element)
    if same is not None:
        return same
    formerly = before.former_ids if before else ()
    return next(
        (node for node in now.graph.walk() if element in node.former_ids or node.id in formerly), None
    )


def _element(pathways: Pathways, home: str, path: str, element: str) -> Node | None:
    pathway = pathways[home]
    for name in path.split("/") if path else ():
        opener = pathway.element(name.partition("#")[0])
        if isinstance(opener, Call):
            pathway = pathways[opener.pathway]
    return pathway.element(element)


def _resume(pathways: Pathways, state: State, moment: Moment) -> Run:
    return Run(pathways.specs, pathways[state.pathway], state.scope, moment)


def _finish(run: Run) -> Step:
    run.go()
    return Step(run.state(), tuple(run.effects))
