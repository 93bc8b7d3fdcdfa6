"""The process model and the hierarchy: what each pathway begins with, who does what, by when, what it sends and receives, and what it calls.

Not here: how a diagram runs, and the diagrams themselves, which say in which order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine import Pathway
from engine.diagram import Call, End, Start, Text, TimerEvent, UserTask, names_in
from engine.feel import Expression
from ics_flow.domain.release import Release
from ics_flow.gate.messages import Post, begins
from ics_flow.modelling.markdown import code, table

WHO = ("writers", "reporters", "organisers", "chairs", "minute_takers", "authorisers", "report_authorisers")
"""The inputs by which a call says who does what in a shared procedure."""


@dataclass(frozen=True)
class Procedures:
    """The pathways of a release, with the messages between them."""

    release: Release
    sent: Mapping[str, tuple[str, ...]]  # a message: the pathways that send it
    taken: Mapping[str, tuple[str, ...]]  # a message: the pathways that take it

    @classmethod
    def of(cls, release: Release) -> Procedures:
        """The pathways of the release."""
        post = Post(release.pathways)
        sent: dict[str, set[str]] = {}
        for thrown in post.thrown():
            sent.setdefault(thrown.message, set()).add(thrown.pathway)
        return cls(
            release,
            {message: tuple(sorted(senders)) for message, senders in sent.items()},
            {message: tuple(sorted(takers)) for message, takers in post.taken().items()},
        )

    def all(self) -> tuple[Pathway, ...]:
        """Every pathway and shared procedure, by name."""
        return tuple(sorted(self.release.pathways.by_id.values(), key=lambda each: (each.name, each.id)))

    def process_model(self) -> Iterator[str]:
        """The page that tells of each pathway."""
        yield "# Process model\n"
        yield "What each pathway begins with, who does what, by when, and what it sends and receives. In which order, and on which conditions, the diagrams show.\n"
        yield "## Roles\n"
        yield from table(("role", "called"), ((f"`{role}`", self.label(role)) for role in self.roles()))
        for pathway in self.all():
            yield from self._told(pathway)

    def hierarchy(self) -> Iterator[str]:
        """The page that tells what is made of what."""
        yield "# Process hierarchy\n"
        yield "Pathways, the shared procedures that they call, and the forms that are filled in there.\n"
        groups = {
            "A case begins here": [each for each in self.all() if _opens(each)],
            "Begun by somebody, or by another pathway": [each for each in self.all() if _by_hand(each)],
            "Begun by other pathways alone": [each for each in self.all() if _by_message_alone(each)],
            "Shared procedures, which are only called": [each for each in self.all() if not begins(each)],
        }
        for heading, pathways in groups.items():
            yield f"## {heading}\n"
            for pathway in pathways:
                yield f"- **{pathway.name}** (`{pathway.id}`)"
                yield from self._within(pathway, depth=1)
            yield ""

    def roles(self) -> tuple[str, ...]:
        """Every role that a diagram may name, in the order of the rights."""
        return tuple(self.release.rights.roles)

    def label(self, role: str) -> str:
        """What people call a role."""
        return self.release.rights.roles.get(role, role)

    def clocks(self, pathway: Pathway) -> Iterator[tuple[str, str, str, str]]:
        """The dates that the pathway sets itself: of what, when, of which kind, and on which basis."""
        for node in pathway.graph.walk():
            match node:
                case TimerEvent() if not _passed_in(node):
                    kind = written(node.properties.get("deadline", "waits"))
                    yield (
                        f"`{node.id}`",
                        f"`{node.due.source}`",
                        kind,
                        written(node.properties.get("basis", "")),
                    )
                case Call():
                    yield from self._clocks_given(node)
                case _:
                    pass

    def _clocks_given(self, call: Call) -> Iterator[tuple[str, str, str, str]]:
        """The dates that a call gives the procedure that it calls, as its inputs ``…_by`` and ``…_basis``."""
        inputs = dict(call.inputs)
        for name, basis in inputs.items():
            clock, ends, _ = name.rpartition("_basis")
            due = inputs.get(f"{clock}_by")
            if ends and due is not None and isinstance(basis, str):
                yield f"`{call.id}`", f"`{written(due)}`", self._kind_given(call, clock), basis

    def _kind_given(self, call: Call, clock: str) -> str:
        """The kind of a clock that a call gives: as the call says, or else as the procedure that it calls has it drawn."""
        timers = (
            node
            for node in self.release.pathways[call.pathway].graph.walk()
            if isinstance(node, TimerEvent) and node.due.source == f"{clock}_by"
        )
        drawn = next((node.properties.get("deadline", "none") for node in timers), "none")
        return written(dict(call.inputs).get(f"{clock}_deadline", drawn))

    def _told(self, pathway: Pathway) -> Iterator[str]:
        yield f"## {pathway.name}\n"
        yield f"`{pathway.file}`. {' '.join(pathway.documentation.split())}\n"
        yield from table(("begins", "with"), map(self._begun, pathway.graph.starts()))
        yield from table(("step", "what", "who", "form or procedure"), self._steps(pathway))
        yield from table(("clock", "due", "kind", "basis"), self.clocks(pathway))
        yield from table(("sends", "to"), self._sends(pathway))
        yield from table(("receives", "from"), self._receives(pathway))
        ends = (node for node in pathway.graph.nodes.values() if isinstance(node, End))
        yield from table(("ends", "as"), ((f"`{end.id}`", end.name) for end in ends))

    def _begun(self, start: Start) -> tuple[str, str]:
        if start.message is not None:
            return f"`{start.id}`", f"the message `{start.message}`"
        return f"`{start.id}`", self._labels(start.started_by) or "a call"

    def _steps(self, pathway: Pathway) -> Iterator[tuple[str, str, str, str]]:
        for node in pathway.graph.walk():
            match node:
                case UserTask():
                    yield f"`{node.id}`", node.name, self._who(node.roles), code((written(node.form),))
                case Call():
                    inputs = dict(node.inputs)
                    who = "; ".join(self._who(inputs[name]) for name in WHO if name in inputs)
                    yield f"`{node.id}`", node.name, who, code((node.pathway, *_forms_given(node)))
                case _:
                    pass

    def _sends(self, pathway: Pathway) -> Iterator[tuple[str, str]]:
        for message, senders in sorted(self.sent.items()):
            if pathway.id in senders:
                yield f"`{message}`", code(self.taken.get(message, ())) or "what a person does outside"

    def _receives(self, pathway: Pathway) -> Iterator[tuple[str, str]]:
        for message, takers in sorted(self.taken.items()):
            if pathway.id in takers:
                yield f"`{message}`", code(self.sent.get(message, ()))

    def _within(self, pathway: Pathway, depth: int) -> Iterator[str]:
        for node in pathway.graph.walk():
            match node:
                case Call():
                    procedure = self.release.pathways[node.pathway]
                    forms = _forms_given(node)
                    asked = f": {code(forms)}" if forms else ""
                    yield f"{'  ' * depth}- {node.name} (`{node.id}`), by *{procedure.name}*{asked}"
                case UserTask():
                    yield f"{'  ' * depth}- {node.name} (`{node.id}`): {code((written(node.form),))}"
                case _:
                    pass

    def _who(self, roles: Text | tuple[str, ...]) -> str:
        match roles:
            case Expression():
                return "whom the calling pathway names"
            case tuple():
                return self._labels(roles)
            case _:
                return self._labels(names_in(roles))

    def _labels(self, roles: Iterable[str]) -> str:
        return ", ".join(map(self.label, roles))


def written(text: Text) -> str:
    """A text as the author wrote it; an expression with the sign that says that it is one."""
    return f"={text.source}" if isinstance(text, Expression) else text


def forms_used(release: Release) -> Mapping[str, tuple[str, ...]]:
    """For each form, the pathways in which it is filled in, by their ids."""
    found: dict[str, set[str]] = {}
    for pathway in release.pathways.by_id.values():
        for node in pathway.graph.walk():
            match node:
                case UserTask():
                    found.setdefault(written(node.form), set()).add(pathway.id)
                case Call():
                    for form in _forms_given(node):
                        found.setdefault(form, set()).add(pathway.id)
                case _:
                    pass
    return {form: tuple(sorted(pathways)) for form, pathways in found.items()}


def _forms_given(call: Call) -> tuple[str, ...]:
    """The forms that a call has filled in by the procedure that it calls."""
    return tuple(written(value) for name, value in call.inputs if name == "form" or name.endswith("_form"))


def _passed_in(timer: TimerEvent) -> bool:
    """Whether the clock's kind is given by whoever calls the procedure."""
    return isinstance(timer.properties.get("basis"), Expression)


def _opens(pathway: Pathway) -> bool:
    return any(start.properties.get("episode") == "begins" for start in pathway.graph.starts())


def _by_hand(pathway: Pathway) -> bool:
    return not _opens(pathway) and any(start.started_by for start in pathway.graph.starts())


def _by_message_alone(pathway: Pathway) -> bool:
    return begins(pathway) and not any(start.started_by for start in pathway.graph.starts())
