"""SpiffWorkflow held still: it moves the tokens of one step, and everything else about it is ours.

The specifications are built from our diagrams, not by SpiffWorkflow's parser (which sorts gateways' arrows by their height on the page and drops what it cannot reach).
No task is predicted, none carries data, none reads a clock or makes a random id; finished tasks are not looked at again. SpiffWorkflow's own words (workflow, spec,
task) end at this module and ``step``. Written against 3.2.0: ``tests/unit/engine/test_traps.py`` says what each override is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, cast

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.calendar import LONDON, Calendar, end_of
from engine.diagram import (
    Call,
    Decision,
    Element,
    End,
    Graph,
    Mappings,
    MessageCatch,
    MessageThrow,
    Node,
    Parallel,
    Pathway,
    ScriptTask,
    Start,
    SubProcess,
    Text,
    TimerEvent,
    UserTask,
    names_in,
)
from engine.effects import (
    Effect,
    Entered,
    EpisodeMarked,
    Left,
    MessageThrown,
    PlanMarked,
    ProcessEnded,
    RecordMarked,
    TaskOpened,
    TimerFired,
    TimerSet,
    Withdrawn,
)
from engine.feel import Context, Expression, FeelError, Value
from engine.problems import BadValue, GoesRound, NotWaiting, NoWayOn
from engine.state import Scope, State, Token, join, split

MAX_MOVES = 10_000
"""How many elements one step may pass before it is taken to go round for ever."""

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.FUTURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a step may know of the world: the instant (aware UTC), the day it counts as, the working days, the facts of the case."""

    instant: datetime
    calendar: Calendar
    facts: Callable[[str, tuple[Value, ...]], Value]
    today: date | None = None

    def context(self) -> Context:
        """The same for expressions."""
        return Context(instant=self.instant, calendar=self.calendar, facts=self.facts, today=self.today)


# Specifications: one per element, made once per release


class ElementSpec(defaults.BpmnSpecMixin):  # type: ignore[misc]
    """What every element does when a token comes and goes."""

    manual_wait = False

    def __init__(self, wf_spec: BpmnProcessSpec, node: Node, **kwargs: Any) -> None:
        super().__init__(wf_spec, node.id, **kwargs)
        self.node = node

    def test(self) -> None:
        """The profile has been checked already."""

    def _predict(self, my_task: Move, *_: Any, **__: Any) -> None:
        """Nothing is predicted: a token's next places are made when it moves."""

    def _update_hook(self, my_task: Move) -> bool:
        run_of(my_task).enter(my_task, self.node)
        return True

    def _on_ready_hook(self, my_task: Move) -> None:
        run_of(my_task).queue.append(my_task)

    def _on_complete_hook(self, my_task: Move) -> None:
        run = run_of(my_task)
        run.left(my_task)
        host = my_task.parent
        if host is not None and isinstance(host.task_spec, EdgeSpec):
            host.task_spec.settle(host, my_task)
        self.make_way(my_task)

    def make_way(self, my_task: Move) -> None:
        """Make the places that the token goes to."""
        my_task._sync_children(self.outputs, TaskState.FUTURE)

    def _on_cancel(self, my_task: Move) -> None:
        run_of(my_task).withdrawn(my_task)


class StartSpec(ElementSpec):
    """A start event: the token comes here first."""

    def _run_hook(self, my_task: Move) -> bool:
        run_of(my_task).mark(my_task, self.node)
        return True


class UserTaskSpec(ElementSpec, defaults.UserTask):  # type: ignore[misc]
    """A task for a person: it waits, ready."""

    def _on_ready_hook(self, my_task: Move) -> None:
        run_of(my_task).open_task(my_task, cast(UserTask, self.node))


class ScriptSpec(ElementSpec):
    """One value computed and kept."""

    def _run_hook(self, my_task: Move) -> bool:
        node = cast(ScriptTask, self.node)
        my_task.workflow.data[node.variable] = run_of(my_task).evaluate(
            node.expression, my_task.workflow.data
        )
        return True


class DecisionSpec(ElementSpec, defaults.ExclusiveGateway):  # type: ignore[misc]
    """An exclusive gateway: SpiffWorkflow's, with our conditions."""

    def _predict_hook(self, my_task: Move) -> None:
        """Nothing is predicted."""

    def _run_hook(self, my_task: Move) -> bool:
        if self.default_task_spec is None and not any(c._matches(my_task) for c, _ in self.cond_task_specs):
            raise NoWayOn(self.node.name or self.node.id)
        return bool(super()._run_hook(my_task))

    def make_way(self, my_task: Move) -> None:
        """The way was made when the decision was taken."""


class FeelCondition(Operator):  # type: ignore[misc]
    """A flow's condition: taken on exactly ``true``."""

    def __init__(self, expression: Expression) -> None:
        super().__init__(expression)
        self.expression = expression

    def _matches(self, task: Move) -> bool:
        return run_of(task).evaluate(self.expression, task.workflow.data) is True


class ParallelSpec(ElementSpec):
    """A parallel gateway that counts its tokens: it goes on when one has come by every flow in; any beyond that stay for the next round."""

    sources: frozenset[str] = frozenset()

    def _update_hook(self, my_task: Move) -> bool:
        source = cast(ElementSpec, my_task.parent.task_spec).node.id
        my_task.internal_data["source"] = source
        my_task._set_state(TaskState.WAITING)
        came: dict[str, Move] = {}
        for other in my_task.workflow.tasks.values():
            if other.task_spec is self and other.state == TaskState.WAITING:
                came.setdefault(other.internal_data["source"], other)
        if came.keys() != self.sources:
            return False
        for other in came.values():
            if other is not my_task:
                other._set_state(TaskState.COMPLETED)
        run_of(my_task).enter(my_task, self.node)
        return True

    def _on_cancel(self, my_task: Move) -> None:
        """A branch that waits at its join is not waited for by anybody."""


class EdgeSpec(SimpleBpmnTask):  # type: ignore[misc]
    """Where an activity and the events on its edge begin together. Whichever ends the other is settled here."""

    def __init__(self, wf_spec: BpmnProcessSpec, activity: str) -> None:
        super().__init__(wf_spec, edge_name(activity))

    def test(self) -> None:
        """The profile has been checked already."""

    def _predict(self, my_task: Move, *_: Any, **__: Any) -> None:
        """Nothing is predicted."""

    def _update_hook(self, my_task: Move) -> bool:
        return True

    def _on_ready_hook(self, my_task: Move) -> None:
        my_task.run()

    def _on_complete_hook(self, my_task: Move) -> None:
        my_task._sync_children(self.outputs, TaskState.FUTURE)

    @staticmethod
    def settle(host: Move, ended: Move) -> None:
        """End what the end of one of the group ends: the activity ends its events; an interrupting event ends all the others."""
        node = cast(ElementSpec, ended.task_spec).node
        if isinstance(node, TimerEvent | MessageCatch) and not node.interrupting:
            return
        for sibling in host.children:
            if sibling is not ended:
                sibling.end()


class CatchSpec(ElementSpec):
    """A timer or a message that is waited for. It goes on only when told to, never by itself in passing.

    A message that does not interrupt may come again, for as long as its activity is open.
    """

    def _update_hook(self, my_task: Move) -> bool:
        run = run_of(my_task)
        if my_task.state != TaskState.WAITING:
            run.enter(my_task, self.node)
            my_task._set_state(TaskState.WAITING)
            if isinstance(self.node, TimerEvent) and run.set_timer(my_task, self.node):
                my_task.internal_data["caught"] = True
        return "caught" in my_task.internal_data

    def _run_hook(self, my_task: Move) -> bool:
        run = run_of(my_task)
        if isinstance(self.node, TimerEvent):
            run.effects.append(TimerFired(my_task.path))
        else:
            node = cast(MessageCatch, self.node)
            payload = my_task.internal_data["payload"]
            my_task.workflow.data.update(run.map(node.outputs, payload) if node.outputs else payload)
        return True

    def _on_complete_hook(self, my_task: Move) -> None:
        super()._on_complete_hook(my_task)
        node = self.node
        if isinstance(node, MessageCatch) and node.attached_to is not None and not node.interrupting:
            self._update(Move(my_task.workflow, self, my_task.parent))


class ThrowSpec(ElementSpec):
    """A message that goes out to the case."""

    def _run_hook(self, my_task: Move) -> bool:
        run_of(my_task).throw(my_task, cast("MessageThrow | End", self.node))
        return True


class EndSpec(ThrowSpec):
    """An end event: the token is gone; a terminating one takes the scope's others with it."""

    def _run_hook(self, my_task: Move) -> bool:
        run = run_of(my_task)
        node = cast(End, self.node)
        if node.message is not None:
            run.throw(my_task, node)
        if isinstance(status := node.properties.get("record"), str):
            for scope in records_of(my_task, node):
                run.effects.append(RecordMarked(scope=scope, status=status))
        run.mark(my_task, node)
        if node.terminates:
            for other in list(my_task.workflow.tasks.values()):
                if other is not my_task:
                    other.end()
        return True


class InnerSpec(ElementSpec, defaults.CallActivity):  # type: ignore[misc]
    """A call activity or a box: it stays open while the scope within it runs."""

    def __init__(self, wf_spec: BpmnProcessSpec, node: Call | SubProcess, inner: str) -> None:
        super().__init__(wf_spec, node, subworkflow_spec=inner)

    def _update_hook(self, my_task: Move) -> bool:
        run = run_of(my_task)
        run.enter(my_task, self.node)
        my_task._set_state(TaskState.STARTED)
        outer = my_task.workflow.data
        data = run.map(self.node.inputs, outer) if isinstance(self.node, Call) else outer
        run.open_scope(my_task, data).begin(None)
        return False

    def close(self, my_task: Move) -> None:
        """Take out what the call maps out, and go on."""
        run = run_of(my_task)
        inner = run.subprocesses.pop(my_task.id)
        if isinstance(self.node, Call):
            my_task.workflow.data.update(run.map(self.node.outputs, inner.data))
        my_task.complete()

    def _on_cancel(self, my_task: Move) -> None:
        inner = run_of(my_task).subprocesses.pop(my_task.id, None)
        for task in list(inner.tasks.values()) if inner is not None else ():
            task.end()
        super()._on_cancel(my_task)


# One step's run


class Move(Task):  # type: ignore[misc]
    """SpiffWorkflow's task without its clock, its random ids and its log."""

    def __init__(
        self, workflow: Any, task_spec: Any, parent: Move | None = None, state: int = TaskState.FUTURE
    ) -> None:
        self.id = next(workflow.top_workflow.ids)
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0.0
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    @property
    def name(self) -> str:
        """Element and occurrence."""
        return f"{self.task_spec.name}#{self.internal_data['occurrence']}"

    @property
    def path(self) -> str:
        """The name within the process."""
        return join(self.workflow.path, self.name)

    @property
    def entered(self) -> bool:
        """Whether a token has come here."""
        return "occurrence" in self.internal_data

    def end(self) -> None:
        """Withdraw what is waited for here, if anything is."""
        if self._state & LIVE:
            self.cancel()

    def _set_state(self, value: int) -> None:
        self._state = value

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> Move:
        return Move(self.workflow, task_spec, self, state)


class ScopeRun:
    """What a process and each scope within it share."""

    path: str
    data: dict[str, Value]
    counts: dict[str, int]

    def begin(self, message: str | None) -> None:
        """Put a token on the start event."""
        process = cast(Any, self)
        spec = process.spec.starts[message]
        start = Move(process, spec, process.root)
        spec._update(start)

    def live(self) -> Iterator[Move]:
        """The tasks that something or somebody is waited for at."""
        tasks: Mapping[int, Move] = cast(Any, self).tasks
        return (task for task in tasks.values() if task._state & LIVE)

    def _task_completed_notify(self, task: Move) -> None:
        """Nothing is polled when a task ends."""

    def rebuild(self, scope: Scope) -> None:
        """Put the tokens of a marking back."""
        process = cast(Any, self)
        hosts: dict[tuple[str, int], Move] = {}
        for token in scope.tokens:
            spec = process.spec.task_specs[token.element]
            parent = process.root
            if (edge := process.spec.edges.get(token.element)) is not None:
                host = (edge.name, token.host if token.host is not None else token.occurrence)
                parent = hosts.get(host)
                if parent is None:
                    parent = hosts[host] = Move(process, edge, process.root, TaskState.COMPLETED)
            task = Move(process, spec, parent, waiting_state(spec.node))
            task.internal_data["occurrence"] = token.occurrence
            if token.source is not None:
                task.internal_data["source"] = token.source
            if token.due is not None:
                task.internal_data["due"] = (token.due, token.due_on)
            if isinstance(spec, InnerSpec):
                inner = scope.inner[token.name]
                data = dict(inner.data) if isinstance(spec.node, Call) else self.data
                run_of(task).open_scope(task, data, inner.counts).rebuild(inner)

    def marking(self) -> Scope:
        """The tokens as plain values."""
        run: Run = cast(Any, self).top_workflow
        tokens: list[Token] = []
        inner: dict[str, Scope] = {}
        for task in self.live():
            facts = task.internal_data
            due, due_on = facts.get("due", (None, None))
            node = cast(ElementSpec, task.task_spec).node
            host = None
            if isinstance(node, TimerEvent | MessageCatch) and node.attached_to is not None:
                host = task.parent.children[0].internal_data["occurrence"]
            tokens.append(
                Token(
                    element=node.id,
                    occurrence=facts.get("occurrence", 0),
                    due=due,
                    due_on=due_on,
                    host=host,
                    source=facts.get("source"),
                )
            )
            opened = run.subprocesses.get(task.id)
            if opened is not None:
                scope = opened.marking()
                inner[task.name] = (
                    scope if isinstance(node, Call) else Scope({}, scope.counts, scope.tokens, scope.inner)
                )
        return Scope(dict(self.data), dict(self.counts), tuple(tokens), inner)


class InnerRun(ScopeRun, BpmnSubWorkflow):  # type: ignore[misc]
    """The scope within a call activity or a box."""

    def __init__(
        self, spec: BpmnProcessSpec, opener: Move, data: dict[str, Value], counts: Mapping[str, int]
    ) -> None:
        super().__init__(spec, opener.id, opener.workflow.top_workflow, deserializing=True)
        self.opener = opener
        self.path = opener.path
        self.data = data
        self.counts = dict(counts)
        self.root = self.task_tree = Move(self, spec.start, None, TaskState.COMPLETED)

    def _calculate_depth(self) -> int:
        return 0


class Run(ScopeRun, BpmnWorkflow):  # type: ignore[misc]
    """One step of one process."""

    def __init__(
        self, specs: Mapping[str, BpmnProcessSpec], pathway: Pathway, scope: Scope, moment: Moment
    ) -> None:
        self.ids = count()
        super().__init__(specs[pathway.id], specs, script_engine=self, deserializing=True)
        self.pathway = pathway
        self.moment = moment
        self.context = moment.context()
        self.path = ""
        self.data = dict(scope.data)
        self.counts = dict(scope.counts)
        self.effects: list[Effect] = []
        self.queue: deque[Move] = deque()
        self.moves = 0
        self.root = self.task_tree = Move(self, self.spec.start, None, TaskState.COMPLETED)
        self.rebuild(scope)

    # What is asked of a run

    def go(self) -> None:
        """Let every token move until people, timers and messages are waited for."""
        while True:
            while self.queue:
                task = self.queue.popleft()
                if task.state == TaskState.READY:
                    self.moves += 1
                    if self.moves > MAX_MOVES:
                        raise GoesRound(self.pathway.name)
                    task.run()
            finished = next((inner for inner in self.subprocesses.values() if not any(inner.live())), None)
            if finished is None:
                break
            finished.opener.task_spec.close(finished.opener)
        if not any(self.live()):
            self.effects.append(ProcessEnded())

    def put(self, element: str) -> None:
        """Put a token on an element of the pathway itself that no arrow leads to."""
        spec = self.spec.task_specs[element]
        spec._update(Move(self, spec, self.root))

    def state(self) -> State:
        """The marking that the run has come to."""
        return State(self.pathway.id, self.marking())

    def waiting(self, name: str, *kinds: type[Element]) -> Move:
        """The live task of that name, of one of the kinds; raises ``NotWaiting``."""
        path, last = split(name)
        for scope in (self, *self.subprocesses.values()):
            if scope.path == path:
                for task in scope.live():
                    if task.entered and task.name == last and isinstance(task.task_spec.node, kinds):
                        return cast(Move, task)
        raise NotWaiting(name)

    def catchers(self, message: str) -> list[Move]:
        """The tasks that wait for the message, in the order in which they began to."""
        return [
            task
            for scope in (self, *self.subprocesses.values())
            for task in scope.live()
            if isinstance(task.task_spec.node, MessageCatch) and task.task_spec.node.message == message
        ]

    # What the specifications ask for

    def open_scope(
        self, opener: Move, data: dict[str, Value], counts: Mapping[str, int] | None = None
    ) -> InnerRun:
        """The scope within an activity."""
        inner = InnerRun(self.subprocess_specs[opener.task_spec.spec], opener, data, counts or {})
        self.subprocesses[opener.id] = inner
        return inner

    def enter(self, task: Move, node: Node) -> None:
        """Count the occurrence and say that a token came: it is the latest of its scope."""
        tasks = task.workflow.tasks
        tasks[task.id] = tasks.pop(task.id)
        counts = task.workflow.counts
        task.internal_data["occurrence"] = counts[node.id] = counts.get(node.id, 0) + 1
        self.effects.append(Entered(task.path))

    def left(self, task: Move) -> None:
        """Say that the token went on."""
        node = task.task_spec.node
        self.effects.append(Left(task.path))
        if isinstance(node, UserTask) and node.properties.get("record") == "write":
            (scope,) = records_of(task, node)
            self.effects.append(RecordMarked(scope=scope, status="finalised"))

    def mark(self, task: Move, node: Element) -> None:
        """Say that an involvement or a plan begins or ends here."""
        properties, data = node.properties, task.workflow.data
        if isinstance(mark := properties.get("episode"), str):
            self.effects.append(EpisodeMarked(mark))
        if isinstance(mark := properties.get("plan"), str):
            self.effects.append(
                PlanMarked(
                    mark=mark,
                    kind=str(properties["plan_kind"]),
                    on=self.day("plan_on", node, data),
                    category=self.optional("plan_category", node, data),
                )
            )

    def withdrawn(self, task: Move) -> None:
        """Say that what was waited for is waited for no longer."""
        if task.entered:
            self.effects.append(Withdrawn(task.path))

    def open_task(self, task: Move, node: UserTask) -> None:
        """Say what a person is asked for."""
        data = task.workflow.data
        (record,) = records_of(task, node)
        form = self.text(node.form, data, node)
        title = self.title(node, data)
        writes = node.properties.get("record") == "write"
        self.effects.append(
            TaskOpened(
                name=task.path,
                title=title,
                form=form,
                roles=self.roles(node, data),
                record=record if writes or node.properties.get("other_than") else None,
                writes=writes,
                other_than=self.optional("other_than", node, data),
            )
        )
        if writes:
            given = self.optional("record_title", node, data) or data.get("title")
            self.effects.append(
                RecordMarked(
                    scope=record, status="draft", form=form, title=given if isinstance(given, str) else title
                )
            )

    def set_timer(self, task: Move, node: TimerEvent) -> bool:
        """Set the clock; whether it has run out already. A date that is not known sets none."""
        data = task.workflow.data
        value = self.evaluate(node.due, data)
        if value is None:
            return False
        due, due_on = due_of(value, node)
        task.internal_data["due"] = (due, due_on)
        self.effects.append(
            TimerSet(
                name=task.path,
                due=due,
                due_on=due_on,
                scope=task.path
                if node.attached_to is None
                else join(task.workflow.path, task.parent.children[0].name),
                title=self.title(node, data),
                deadline=self.optional("deadline", node, data) or "none",
                basis=self.optional("basis", node, data),
                met_by=self.optional("met_by", node, data),
            )
        )
        return due <= self.moment.instant

    def throw(self, task: Move, node: MessageThrow | End) -> None:
        """Send the message out to the case."""
        data = task.workflow.data
        self.effects.append(
            MessageThrown(
                str(node.message),
                self.map(node.payload, data),
                task.path,
                self.optional("outside", node, data),
            )
        )

    # Values

    def evaluate(self, expression: Expression, data: Mapping[str, Value]) -> Value:
        """The expression's value over the data; raises ``BadValue`` where it has none."""
        try:
            return expression.evaluate(data, self.context)
        except FeelError as error:
            raise BadValue(f"={expression.source}: {error}") from error

    def map(self, mappings: Mappings, data: Mapping[str, Value]) -> dict[str, Value]:
        """The names that are mapped, with their values."""
        return {name: text if isinstance(text, str) else self.evaluate(text, data) for name, text in mappings}

    def text(self, text: Text, data: Mapping[str, Value], node: Element) -> str:
        """A literal, or what the expression gives, which must be text."""
        value = text if isinstance(text, str) else self.evaluate(text, data)
        if not isinstance(value, str):
            raise BadValue(node.name or node.id)
        return value

    def optional(self, name: str, node: Element, data: Mapping[str, Value]) -> str | None:
        """A property's text, or None where there is none or it gives none."""
        text = node.properties.get(name)
        if text is None:
            return None
        value = text if isinstance(text, str) else self.evaluate(text, data)
        return value if isinstance(value, str) and value else None

    def day(self, name: str, node: Element, data: Mapping[str, Value]) -> date:
        """A property's date, or the day of the step where there is none or it gives none."""
        text = node.properties.get(name)
        value = self.evaluate(text, data) if isinstance(text, Expression) else None
        if value is None:
            return self.context.day
        if type(value) is not date:
            raise BadValue(f"{node.name or node.id}: {name} gives no date")
        return value

    def title(self, node: Element, data: Mapping[str, Value]) -> str:
        """What people call the element."""
        return self.optional("title", node, data) or node.name or node.id.replace("_", " ").capitalize()

    def roles(self, node: UserTask, data: Mapping[str, Value]) -> tuple[str, ...]:
        """The roles that may do the task."""
        if isinstance(node.roles, tuple):
            return node.roles
        return names_in(self.text(node.roles, data, node))


def due_of(value: Value, node: TimerEvent) -> tuple[datetime, date]:
    """The instant from which a timer may fire, and the day it names: the end of a date in London, or an instant as it is."""
    try:
        match value:
            case datetime():
                due = value if value.tzinfo else value.replace(tzinfo=LONDON)
                return due.astimezone(UTC), due.astimezone(LONDON).date()
            case date():
                return end_of(value), value
            case _:
                raise BadValue(f"{node.name or node.id}: ={node.due.source} gives no date")
    except OverflowError:
        raise BadValue(
            f"{node.name or node.id}: ={node.due.source} gives a date that is too far away"
        ) from None


def records_of(task: Move, node: Element) -> tuple[str, ...]:
    """The records that the element is about: that of its scope, or those of the scope's parts that it names."""
    scope, part = split(task.path)[0], node.properties.get("part")
    return tuple(join(scope, name) for name in names_in(part)) if isinstance(part, str) else (scope,)


def run_of(task: Move) -> Run:
    """The run that a task belongs to."""
    return cast(Run, task.workflow.top_workflow)


def waiting_state(node: Node) -> int:
    """The state in which a token waits at the element."""
    if isinstance(node, UserTask):
        return int(TaskState.READY)
    if isinstance(node, Call | SubProcess):
        return int(TaskState.STARTED)
    return int(TaskState.WAITING)


def edge_name(activity: str) -> str:
    """The name of the place where an activity and its edge begin."""
    return f"{activity}.edge"


# From diagrams to specifications


def specify(pathways: Mapping[str, Pathway]) -> dict[str, BpmnProcessSpec]:
    """SpiffWorkflow's specifications of every pathway and every box within one."""
    specs: dict[str, BpmnProcessSpec] = {}
    for pathway in pathways.values():
        _specify(pathway.id, pathway.graph, specs)
    return specs


def _specify(name: str, graph: Graph, specs: dict[str, BpmnProcessSpec]) -> None:
    process = BpmnProcessSpec(name)
    made = {node.id: _make(process, node, name, specs) for node in graph.nodes.values()}
    edges: dict[str, EdgeSpec] = {}
    for node in graph.nodes.values():
        events = graph.attached(node.id)
        if events:
            edge = EdgeSpec(process, node.id)
            for each in (node, *events):
                edge.connect(made[each.id])
                edges[each.id] = edge
    entry = {
        node.id: edges.get(node.id, made[node.id]) for node in graph.nodes.values() if not _on_edge(node)
    }
    for flow in graph.flows:
        source, target = made[flow.source], entry[flow.target]
        if isinstance(source, DecisionSpec) and flow.condition is not None:
            source.connect_if(FeelCondition(flow.condition), target)
        else:
            source.connect(target)
    for spec in made.values():
        if isinstance(spec, ParallelSpec):
            spec.sources = frozenset(flow.source for flow in graph.incoming(spec.node.id))
    process.edges = edges
    process.starts = {start.message: made[start.id] for start in graph.starts()}
    specs[name] = process


def _make(process: BpmnProcessSpec, node: Node, name: str, specs: dict[str, BpmnProcessSpec]) -> ElementSpec:
    match node:
        case Start():
            return StartSpec(process, node)
        case End():
            return EndSpec(process, node)
        case UserTask():
            return UserTaskSpec(process, node)
        case ScriptTask():
            return ScriptSpec(process, node)
        case Call() | SubProcess():
            return InnerSpec(process, node, _specify_inner(node, name, specs))
        case Decision():
            return DecisionSpec(process, node)
        case Parallel():
            return ParallelSpec(process, node)
        case TimerEvent() | MessageCatch():
            return CatchSpec(process, node)
        case MessageThrow():
            return ThrowSpec(process, node)


def _specify_inner(node: Call | SubProcess, name: str, specs: dict[str, BpmnProcessSpec]) -> str:
    if isinstance(node, Call):
        return node.pathway
    inner = f"{name}/{node.id}"
    _specify(inner, node.graph, specs)
    return inner


def _on_edge(node: Node) -> bool:
    return isinstance(node, TimerEvent | MessageCatch) and node.attached_to is not None
