"""Facts of the case that expressions ask for, and that no case could ever have: a pathway, a plan, a form or a question that is not there.

Not here: whether a fact has a value where it is asked for (``given``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine import Pathway, Value
from engine.diagram import Call, Graph, MessageCatch, SubProcess, Text
from engine.feel import Expression
from ics_flow.domain.forms import Form
from ics_flow.domain.forms.questions import Rows
from ics_flow.domain.listing import listing
from ics_flow.domain.release import Release
from ics_flow.gate.finding import Finding, error
from ics_flow.gate.given import texts_of


class Asking(NamedTuple):
    """An expression, and where it stands."""

    file: str
    element: str
    expression: Expression


def fact_findings(release: Release) -> Iterator[Finding]:
    """Every fact that is asked for and that nothing in the release could make true."""
    known = _Known(release)
    for asking in _everything_asked(release):
        for call in asking.expression.calls:
            if call.arguments is not None:
                yield from known.findings(asking, call.name, call.arguments)


class _Known:
    """What a case under the release can have."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.plans = sorted(
            {
                str(node.properties["plan_kind"])
                for pathway in release.pathways.by_id.values()
                for node in pathway.graph.walk()
                if node.properties.get("plan") == "begins"
            }
        )

    def findings(self, asking: Asking, name: str, arguments: tuple[Value, ...]) -> Iterator[Finding]:
        """What is wrong with one fact that is asked for."""
        match name, arguments:
            case "is_running", (pathway,) if pathway not in self.release.pathways.by_id:
                yield _unknown(asking, f"There is no pathway {pathway!r}", self.release.pathways.by_id)
            case "has_plan", (kind,) if kind not in self.plans:
                yield _unknown(asking, f"No pathway begins a plan of the kind {kind!r}", self.plans)
            case "latest", (form, _) if form not in self.release.forms:
                yield _unknown(asking, f"There is no form {form!r}", ())
            case "latest", (str(form), question):
                given = [each.key for each in self.release.forms[form].gives]
                if question not in given:
                    yield _unknown(asking, f"The form {form!r} gives no {question!r} to the process", given)
            case _:
                pass


def _unknown(asking: Asking, said: str, there: Iterable[str]) -> Finding:
    names = sorted(there)
    return error(
        asking.file,
        asking.element,
        f"{said}, which ={asking.expression.source} asks for.",
        f"There are: {listing(names)}." if names else "Compare the name with those of the files.",
    )


def _everything_asked(release: Release) -> Iterator[Asking]:
    for pathway in release.pathways.by_id.values():
        for element, text in _in_graph(pathway, pathway.graph):
            if isinstance(text, Expression):
                yield Asking(pathway.file, element, text)
    for form in release.forms.values():
        for element, expression in _in_form(form):
            yield Asking(f"forms/{form.name}.form", element, expression)


def _in_graph(pathway: Pathway, graph: Graph) -> Iterator[tuple[str, Text | None]]:
    """Every text of a graph and its boxes, with the element that it stands on."""
    for flow in graph.flows:
        yield flow.id, flow.condition
    for node in graph.nodes.values():
        texts = [*node.properties.values(), *texts_of(node)]
        if isinstance(node, Call | MessageCatch):
            texts += (text for _, text in node.outputs)
        for text in texts:
            yield node.id, text
        if isinstance(node, SubProcess):
            yield from _in_graph(pathway, node.graph)


def _in_form(form: Form) -> Iterator[tuple[str, Expression]]:
    """Every condition of a form, with what it hides."""
    for section in form.sections:
        items = [
            each for item in section.items for each in (item, *(item.items if isinstance(item, Rows) else ()))
        ]
        for part in (section, *items):
            if part.hide is not None:
                yield part.id, part.hide.expression
