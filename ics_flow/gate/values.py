"""Which values a name of the process data can have, where they come from closed lists: codes, yes and no, what is written out.

Followed backwards through forms, mappings, calls and messages. Not here: whether a value has been given (``assignment``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from engine import Pathway, Pathways, Value
from engine.diagram import Call, End, Mappings, MessageCatch, MessageThrow, Node, ScriptTask, Text, UserTask
from engine.feel import Context, Expression, FeelError
from ics_flow.domain.forms import CodeSet, Form
from ics_flow.domain.forms.questions import ChoiceQuestion, YesNoQuestion

MOST_COMBINATIONS = 20_000

Values = frozenset[Value]
Shown = tuple[tuple[str, str], ...]
"""The forms that a shared procedure is called with, by the names of its inputs; nothing for any other pathway."""


class Possible:
    """The values that names can have in each pathway."""

    def __init__(self, pathways: Pathways, forms: Mapping[str, Form]) -> None:
        self.pathways = pathways
        self.forms = forms
        self.asking: set[tuple[str, str, Shown]] = set()
        self.known: dict[tuple[str, str, Shown], Values | None] = {}
        self.form_inputs = {each.id: frozenset(_form_inputs(each)) for each in pathways.by_id.values()}
        self.calls: dict[str, list[tuple[str, Call]]] = {}  # of each procedure, with the pathway that calls
        self.throws: dict[
            str, list[tuple[str, Mappings]]
        ] = {}  # of each message, with the pathway that sends
        for pathway in pathways.by_id.values():
            for node in pathway.graph.walk():
                match node:
                    case Call():
                        self.calls.setdefault(node.pathway, []).append((pathway.id, node))
                    case MessageThrow(message=str(message)) | End(message=str(message)):
                        self.throws.setdefault(message, []).append((pathway.id, node.payload))
                    case _:
                        pass

    def of(self, pathway: str, name: str, shown: Shown = ()) -> Values | None:
        """The values of a name, null left out, in a pathway (in a shared procedure called with those forms); None where they are not a closed list."""
        asked = (pathway, name, shown)
        if asked in self.known:
            return self.known[asked]
        if asked in self.asking:
            return frozenset()  # round a loop nothing new comes
        self.asking.add(asked)
        found: Values | None = frozenset()
        for values in self.given(pathway, name, shown):
            found = None if found is None or values is None else found | values
        self.asking.discard(asked)
        if not self.asking:
            self.known[asked] = found
        return found

    def given(self, pathway: str, name: str, shown: Shown) -> Iterator[Values | None]:
        """The values from each place that gives the name."""
        home = self.pathways[pathway]
        for start in home.graph.starts():
            if start.message is not None:
                yield from self.brought(start.message, name)
        for node in home.graph.walk():
            yield from self.given_by(node, name, shown)
        for caller, call in self.calls.get(pathway, ()):
            if self.shown_by(call) == shown:
                for text in (text for key, text in call.inputs if key == name):
                    yield self.of_text(text, caller, ())

    def given_by(self, node: Node, name: str, shown: Shown) -> Iterator[Values | None]:
        """The values that one element gives to the name."""
        match node:
            case UserTask(form=str(form)):
                yield from self.answered(form, name)
            case UserTask(form=Expression() as form):
                yield from self.answered(dict(shown).get(form.source.strip()), name)
            case ScriptTask(variable=variable) if variable == name:
                yield None
            case Call(outputs=outputs):
                for text in (text for key, text in outputs if key == name):
                    yield self.of_text(text, node.pathway, self.shown_by(node))
            case MessageCatch(message=message, outputs=outputs):
                if outputs:
                    yield from (None for key, _ in outputs if key == name)
                else:
                    yield from self.brought(message, name)
            case _:
                pass

    def answered(self, form: str | None, name: str) -> Iterator[Values | None]:
        """The values of the form's answer."""
        if form is None:
            yield None
        elif form in self.forms:
            for _, question in self.forms[form].questions:
                match question:
                    case ChoiceQuestion(choices=CodeSet(codes=codes)) if question.key == name:
                        yield frozenset(code.choice.code for code in codes)
                    case YesNoQuestion() if question.key == name:
                        yield frozenset((True, False))
                    case _ if question.key == name:
                        yield None
                    case _ if question.not_known and question.not_known_key == name:
                        yield frozenset((True, False))
                    case _:
                        pass

    def brought(self, message: str, name: str) -> Iterator[Values | None]:
        """The values that come with the message."""
        if message not in self.throws:
            yield None
        for pathway, payload in self.throws.get(message, ()):
            for text in (text for key, text in payload if key == name):
                yield self.of_text(text, pathway, ())

    def of_text(self, text: Text, pathway: str, shown: Shown) -> Values | None:
        """The values of a mapping's source."""
        if isinstance(text, str):
            return frozenset((text,))
        if text.names == {text.source.strip()}:
            return self.of(pathway, text.source.strip(), shown)
        return None

    def shown_by(self, call: Call) -> Shown:
        """The forms that the call gives the procedure, which are written out."""
        inputs = self.form_inputs[call.pathway]
        return tuple(
            sorted((name, text) for name, text in call.inputs if name in inputs and isinstance(text, str))
        )

    def ways_called(self, pathway: str) -> tuple[Shown, ...]:
        """The forms that each call of a shared procedure gives it; for any other pathway, none alone."""
        return tuple(sorted({self.shown_by(call) for _, call in self.calls.get(pathway, ())})) or ((),)

    def combinations(self, pathway: str, names: frozenset[str]) -> list[dict[str, Value]] | None:
        """Every combination of values of the names, null among them; None where one is not a closed list, or there are too many."""
        found: list[dict[str, Value]] = []
        for shown in self.ways_called(pathway):
            combined = self.combined(pathway, names, shown)
            if combined is None:
                return None
            found += combined
        return found

    def combined(self, pathway: str, names: frozenset[str], shown: Shown) -> list[dict[str, Value]] | None:
        """The same with the forms of one call."""
        ordered = sorted(names)
        lists = [self.of(pathway, name, shown) for name in ordered]
        if any(values is None for values in lists):
            return None
        choices = [(None, *sorted(values or (), key=str)) for values in lists]
        if prod(map(len, choices)) > MOST_COMBINATIONS:
            return None
        return [dict(zip(ordered, values, strict=True)) for values in product(*choices)]


def value_of(expression: Expression, data: Mapping[str, Value], context: Context) -> Value:
    """The expression's value, or None where it has none."""
    try:
        return expression.evaluate(data, context)
    except FeelError:
        return None


def _form_inputs(pathway: Pathway) -> Iterator[str]:
    """The names of a shared procedure's inputs that say which form a task shows."""
    for node in pathway.graph.walk():
        if isinstance(node, UserTask) and isinstance(node.form, Expression):
            yield from node.form.names
