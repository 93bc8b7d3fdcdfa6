"""From a ``.form`` file to a form: the profile of form-js that is understood, with a sentence for whatever lies outside it.

Every problem is found, not only the first. ``docs/forms.md`` describes the profile for those who write forms.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Literal, TypedDict, get_args

from engine.feel import FeelError, compile_expression
from engine.problems import Problem, Refused
from ics_flow.domain.forms.codes import Choice, Code, CodeSet
from ics_flow.domain.forms.form import Form
from ics_flow.domain.forms.patterns import NotAPattern, Pattern, read_pattern
from ics_flow.domain.forms.questions import (
    ALLOCATED_FROM,
    LIVE_LISTS,
    PERSON_KINDS,
    ROWS_OF,
    SAYS,
    Allocation,
    ChoiceQuestion,
    Choices,
    Condition,
    DateQuestion,
    Item,
    LiveList,
    ManyQuestion,
    NumberQuestion,
    Question,
    Rows,
    RowsOf,
    Says,
    Section,
    TextQuestion,
    Words,
    YesNoQuestion,
    parts,
)

LARGEST_FILE = 1_000_000
MOST_QUESTIONS = 500
LONGEST_LINE = 300
LONGEST_NARRATIVE = 20_000
MOST_CHARACTERS = 100_000
MOST_PLACES = 6
MOST_AT_FIRST = 10
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
IDENTITY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
MARKUP = re.compile(r"\{\{|\*\*|</?[a-zA-Z][^>]*>|\]\(|^#{1,6} |^=", re.MULTILINE)

OF_THE_FILE = {"type", "id", "schemaVersion", "components"}
WRITTEN_BY_EDITORS = {
    "$schema", "exporter", "executionPlatform", "executionPlatformVersion", "versionTag", "generated",
    "layout", "showOutline", "verticalAlignment", "nonCollapsedItems", "disableCollapse", "searchable", "increment", "height", "use24h", "timeInterval", "timeSerializingFormat",
}  # fmt: skip
"""What form editors write that changes nothing here."""
MUST_BE_OFF = {"disabled", "readonly", "serializeToString", "disallowPassedDates"}
"""What form editors write as false, and nobody may turn on."""
QUESTION_TYPES = {"textfield", "textarea", "number", "datetime", "select", "radio", "checklist", "checkbox"}
MAY_BE_NOT_KNOWN = {"textfield", "textarea", "number", "datetime"}
SAID_BY: Mapping[Says, tuple[str, ...]] = {
    "name": ("textfield",),
    "connection": ("textfield", "radio", "select"),
    "kind": ("radio", "select"),
}
"""By which types of question something of a person is said."""
ALLOCATIONS: tuple[Allocation, ...] = get_args(Allocation)
VALUES_OF_THE_EDITOR = [{"label": "Value", "value": "value"}]
"""What the form editor writes into every list of choices, one from a code set too."""


def read_form(
    name: str, content: bytes, codes: Mapping[str, CodeSet], known: Collection[str] = frozenset()
) -> Form:
    """The form of ``forms/<name>.form``; ``known`` are the process data its conditions may name besides its own keys.

    Raises Refused with every problem found.
    """
    reading = _Reading(f"forms/{name}.form", codes, frozenset(known))
    form = reading.form(name, _document(reading.file, content))
    if reading.problems:
        raise Refused(reading.problems)
    return form


def _document(file: str, content: bytes) -> dict[str, object]:
    if len(content) > LARGEST_FILE:
        raise Refused([Problem(file, None, "is larger than 1 MB: make several forms of it.")])
    try:
        document = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise Refused([Problem(file, None, "is not UTF-8 text: save it as UTF-8.")]) from None
    except RecursionError:
        raise Refused([Problem(file, None, "is nested too deeply to be a form.")]) from None
    except ValueError as error:
        raise Refused([Problem(file, None, f"is not JSON that can be read: {error}.")]) from None
    if not isinstance(document, dict):
        raise Refused([Problem(file, None, "is not a form: a form is a JSON object with components.")])
    return document


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    repeated = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    if repeated:
        raise ValueError(f"“{repeated[0]}” stands twice in one object")
    return dict(pairs)


def _no_constant(constant: str) -> object:
    raise ValueError(f"{constant} is no number")


class _Part:
    """One JSON object of the file, read entry by entry; what is left at the end is not known here."""

    def __init__(self, reading: _Reading, element: str | None, content: Mapping[str, object]) -> None:
        self.reading = reading
        self.element = element
        self.content = content
        self.left = dict(content)

    def refuse(self, message: str) -> None:
        self.reading.problems.append(Problem(self.reading.file, self.element, message))

    def text(self, key: str) -> str:
        """Plain text, or nothing."""
        value = self.left.pop(key, None)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(f"must have text as its {key}.")
            return ""
        if found := MARKUP.search(value):
            self.refuse(
                f"has “{found[0]}” in its {key}: write plain text, without marks, HTML or expressions."
            )
        return value.strip()

    def raw_text(self, key: str) -> str:
        """Text that is not for reading (ids, keys, expressions), or nothing."""
        value = self.left.pop(key, None)
        if value is None or isinstance(value, str):
            return value or ""
        self.refuse(f"must have text as its {key}.")
        return ""

    def yes(self, key: str) -> bool:
        """Whether an entry is true; in properties, "true"."""
        value = self.left.pop(key, False)
        if value in (True, "true"):
            return True
        if value not in (False, "false"):
            self.refuse(f"must have true or false as its {key}.")
        return False

    def number(self, key: str) -> Decimal | None:
        """A number, or text that is one."""
        value = self.left.pop(key, None)
        if value is None or value == "":
            return None
        if not isinstance(value, bool) and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", str(value)):
            return Decimal(str(value))
        self.refuse(f"must have a number as its {key}, not an expression.")
        return None

    def whole(self, key: str, default: int, most: int) -> int:
        """A whole number from 0 to ``most``."""
        number = self.number(key)
        if number is None:
            return default
        if number != int(number) or not 0 <= number <= most:
            self.refuse(f"must have a whole number from 0 to {most:,} as its {key}.")
            return default
        return int(number)

    def part(self, key: str) -> _Part:
        """An object within this one; empty if there is none."""
        value = self.left.pop(key, None)
        if value is not None and not isinstance(value, dict):
            self.refuse(f"must have an object as its {key}.")
        return _Part(self.reading, self.element, value if isinstance(value, dict) else {})

    def objects(self, key: str) -> list[dict[str, object]]:
        """The objects of a list within this one."""
        value = self.left.pop(key, None)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.refuse(f"must have a list of objects as its {key}.")
            return []
        return value

    def finish(self, within: str = "") -> None:
        """Refuse what has not been read."""
        for key, value in self.left.items():
            if key in MUST_BE_OFF:
                if value is not False:
                    self.refuse(f"has {key} switched on, which does nothing here: switch it off.")
            elif key not in WRITTEN_BY_EDITORS and not (key == "appearance" and value == {}):
                self.refuse(f"has “{key}”{within}, which is not known here: take it out.")


class _Common(TypedDict):
    """What every question has."""

    id: str
    key: str
    label: str
    hint: str
    guidance: str
    required: bool
    required_message: str
    not_known: bool
    stays_here: bool
    together: bool
    collates: bool
    says: Says | None
    hide: Condition | None


class _Reading:
    """Reads one form and gathers all that is wrong with it."""

    def __init__(self, file: str, codes: Mapping[str, CodeSet], known: frozenset[str]) -> None:
        self.file = file
        self.codes = codes
        self.known = known
        self.problems: list[Problem] = []
        self.ids: set[str] = set()
        self.answered: set[str] = set()
        self.answered_in_rows: set[str] = set()
        self.row: set[str] | None = None
        self.asked = 0
        self.collated = False

    def form(self, name: str, document: dict[str, object]) -> Form:
        part = _Part(self, None, document)
        if part.raw_text("type") != "default":
            part.refuse("is not a form: its type must be “default”.")
        if part.raw_text("id") != name:
            part.refuse(f"must have the id of its file: “{name}”.")
        part.whole("schemaVersion", 0, 1_000)
        components = part.objects("components")
        part.finish()
        sections = tuple(self.sections(name, components))
        if not self.asked:
            part.refuse("asks nothing: add a question.")
        if self.asked > MOST_QUESTIONS:
            part.refuse(f"asks more than {MOST_QUESTIONS} questions: make several forms of it.")
        return Form(name, sections)

    def sections(self, name: str, components: list[dict[str, object]]) -> Iterator[Section]:
        groups = [each for each in components if each.get("type") == "group"]
        for group in groups:
            yield self.section(self.component(group))
        loose = [each for each in components if each.get("type") not in ("group", "separator", "spacer")]
        if groups:
            for each in loose:
                self.component(each).refuse("stands outside the sections of this form: move it into one.")
        else:
            yield Section(id=name, title="", items=tuple(self.items(loose)))

    def section(self, part: _Part) -> Section:
        part.raw_text("type")
        if part.raw_text("path"):
            part.refuse("has a path, but the answers of a section are not kept apart: leave its path empty.")
        properties = part.part("properties")
        section = Section(
            id=self.identity(part),
            title=self.label(part),
            hint=properties.text("hint"),
            hide=self.condition(part),
            items=tuple(self.items(part.objects("components"))),
        )
        if not section.items:
            part.refuse("is an empty section: add a question or take it out.")
        properties.finish(" in its properties")
        part.finish()
        return section

    def items(self, components: list[dict[str, object]]) -> Iterator[Item]:
        for content in components:
            part = self.component(content)
            kind = part.raw_text("type")
            if kind in QUESTION_TYPES:
                yield self.question(kind, part)
            elif kind == "text":
                yield self.words(part)
            elif kind == "dynamiclist" and self.row is None:
                yield self.rows(part)
            elif kind == "dynamiclist":
                part.refuse("stands in rows within rows: ask for these in rows of their own.")
            elif kind == "group":
                part.refuse("is a section within another part: sections stand side by side.")
            elif kind not in ("separator", "spacer"):
                known = ", ".join(sorted(QUESTION_TYPES))
                part.refuse(f"is of the type “{kind}”, which is not known here: use one of {known}.")

    def component(self, content: Mapping[str, object]) -> _Part:
        named = content.get("id") or content.get("key") or content.get("label")
        return _Part(self, named if isinstance(named, str) else "a component without an id", content)

    def identity(self, part: _Part) -> str:
        identity = part.raw_text("id")
        if not IDENTITY.fullmatch(identity):
            part.refuse("must have an id of letters, digits, - and _, which begins with a letter.")
        elif identity in self.ids:
            part.refuse("has the id of another component: give it one of its own.")
        self.ids.add(identity)
        return identity

    def label(self, part: _Part, key: str = "label") -> str:
        label = part.text(key)
        if not label:
            part.refuse("has no label: say what is asked for.")
        return label or "?"

    def condition(self, part: _Part) -> Condition | None:
        conditional = part.part("conditional")
        source = conditional.raw_text("hide")
        conditional.finish(" in its condition")
        if not source:
            return None
        if not source.startswith("="):
            part.refuse("has a condition that is no expression: begin it with =.")
            return None
        try:
            expression = compile_expression(source[1:])
        except FeelError as error:
            part.refuse(f"has a condition that cannot be used: {error}")
            return None
        for name in sorted(expression.names - self.answered - (self.row or set()) - self.known):
            part.refuse(
                f"has a condition on “{name}”, which nothing before it answers: use the key of an earlier question."
            )
        return Condition(source[1:].strip(), expression)

    def words(self, part: _Part) -> Words:
        text = part.text("text")
        words = Words(
            id=self.identity(part),
            paragraphs=tuple(" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip()),
            hide=self.condition(part),
        )
        if not words.paragraphs:
            part.refuse("is an empty text: write something or take it out.")
        part.finish()
        return words

    def rows(self, part: _Part) -> Rows:
        identity, label, hide = self.identity(part), self.label(part), self.condition(part)
        key = part.raw_text("path")
        self.check_key(part, key)
        properties = part.part("properties")
        for switch in ("isRepeating", "allowAddRemove"):
            if part.left.pop(switch, True) is not True:
                part.refuse(f"has {switch} switched off: rows can always be added and removed here.")
        self.row = set()
        items = tuple(item for item in self.items(part.objects("components")) if not isinstance(item, Rows))
        self.answered_in_rows |= self.row
        self.row = None
        rows = Rows(
            id=identity,
            key=key,
            label=label,
            hide=hide,
            items=items,
            at_first=part.whole("defaultRepetitions", 1, MOST_AT_FIRST),
            at_least=properties.whole("atLeast", 0, MOST_AT_FIRST),
            of=_rows_of(part, properties),
            suggests=properties.yes("suggests"),
            together=properties.yes("together"),
        )
        self.answered.add(key)
        _check_people(part, rows)
        if not rows.questions:
            part.refuse("has rows that ask nothing: add a question.")
        properties.finish(" in its properties")
        part.finish()
        return rows

    def check_key(self, part: _Part, key: str) -> None:
        taken = self.answered | (self.row if self.row is not None else self.answered_in_rows)
        if not KEY.fullmatch(key):
            part.refuse(
                f"has the key “{key}”: a key has small letters, digits and _, begins with a letter, and is short."
            )
        elif not _is_free_name(key):
            part.refuse(f"has the key “{key}”, which means something else in expressions: choose another.")
        elif key in taken:
            part.refuse(f"has the key “{key}”, which another question has: choose another.")

    def question(self, kind: str, part: _Part) -> Question:
        self.asked += 1
        validate, properties = part.part("validate"), part.part("properties")
        common = _Common(
            id=self.identity(part),
            key=part.raw_text("key"),
            label=self.label_of_question(kind, part),
            hint=part.text("description"),
            guidance=properties.text("guidance"),
            required=validate.yes("required"),
            required_message=properties.text("requiredMessage"),
            not_known=properties.yes("notKnown"),
            stays_here=properties.yes("staysHere"),
            together=properties.yes("together"),
            collates=self.collates(kind, part, properties),
            says=self.says(kind, part, properties),
            hide=self.condition(part),
        )
        _check_common(kind, part, common)
        question = self.of_kind(kind, part, validate, properties, common)
        for each in parts(question):
            self.check_key(part, each.key)
            (self.answered if self.row is None else self.row).add(each.key)
        validate.finish(" in its validation")
        properties.finish(" in its properties")
        part.finish()
        return question

    def says(self, kind: str, part: _Part, properties: _Part) -> Says | None:
        """What of a person a question in rows asks for."""
        named = properties.raw_text("says")
        says = next((each for each in SAYS if each == named), None)
        if named and says is None:
            part.refuse(f"says “{named}”, which is not known here: use one of {', '.join(SAYS)}.")
        elif says and self.row is None:
            part.refuse(f"says the {says} of a person outside rows: ask for people in rows.")
        elif says and kind not in SAID_BY[says]:
            part.refuse(f"says the {says} of a person: then it must be a {' or '.join(SAID_BY[says])}.")
        return says

    def collates(self, kind: str, part: _Part, properties: _Part) -> bool:
        """Whether the answer tells that records of brothers and sisters are of one occasion."""
        if not properties.yes("collates"):
            return False
        if kind != "datetime":
            part.refuse("collates records, but asks for no date: let the day of the occasion collate them.")
        if self.row is not None:
            part.refuse("collates records in rows, where there may be several days: ask outside the rows.")
        if self.collated:
            part.refuse("collates records, as an earlier question does: keep one.")
        self.collated = True
        return True

    def label_of_question(self, kind: str, part: _Part) -> str:
        if kind != "datetime" or "dateLabel" not in part.left:
            return self.label(part)
        label, other = self.label(part, "dateLabel"), part.text("label")
        if other and other != label:
            part.refuse("has two labels that differ (label and dateLabel): keep the one for the date.")
        return label

    def of_kind(
        self, kind: str, part: _Part, validate: _Part, properties: _Part, common: _Common
    ) -> Question:
        match kind:
            case "textfield" | "textarea":
                return _text_question(kind, validate, common)
            case "number":
                return _number_question(part, validate, common)
            case "datetime":
                return _date_question(part, properties, common)
            case "select":
                return self.choice_question("select", part, properties, common)
            case "radio":
                return self.choice_question("radio", part, properties, common)
            case "checklist":
                return ManyQuestion(**common, choices=self.choices(part, properties))
            case _:
                return YesNoQuestion(**common)

    def choice_question(
        self, drawn: Literal["select", "radio"], part: _Part, properties: _Part, common: _Common
    ) -> ChoiceQuestion:
        choices = self.choices(part, properties)
        named = properties.raw_text("sets")
        sets = next((each for each in ALLOCATIONS if each == named), None)
        if named and sets is None:
            part.refuse(f"sets “{named}”, which is not known here: use one of {', '.join(ALLOCATIONS)}.")
        elif sets and choices != LiveList(ALLOCATED_FROM[sets]):
            part.refuse(f"sets “{sets}”: then its codeList must be {ALLOCATED_FROM[sets]}.")
        elif sets and self.row is not None:
            part.refuse(f"sets “{sets}” in rows, but there can be only one: ask for it outside the rows.")
        return ChoiceQuestion(**common, choices=choices, drawn=drawn, sets=sets)

    def choices(self, part: _Part, properties: _Part) -> Choices:
        name = properties.raw_text("codeList")
        values = part.objects("values")
        if not name:
            return CodeSet("", "", tuple(_values(part, values)))
        if values and values != VALUES_OF_THE_EDITOR:
            part.refuse("has both a codeList and values of its own: keep one.")
        live = next((each for each in LIVE_LISTS if each == name), None)
        if live:
            return LiveList(live)
        if name not in self.codes:
            there = ", ".join(sorted({*self.codes, *LIVE_LISTS}))
            part.refuse(
                f"takes its choices from the code set “{name}”, which is not there: use one of {there}."
            )
        return self.codes.get(name, CodeSet(name, "", ()))


def _rows_of(part: _Part, properties: _Part) -> RowsOf | None:
    named = properties.raw_text("people")
    of = next((each for each in ROWS_OF if each == named), None)
    if named and of is None:
        part.refuse(
            f"names “{named}” as its people, which is not known here: use one of {', '.join(ROWS_OF)}."
        )
    return of


def _check_people(part: _Part, rows: Rows) -> None:
    """Refuse rows that name people and do not ask for their names, or that do not tell the kinds of people apart."""
    for says in SAYS:
        if sum(question.says == says for question in rows.questions) > 1:
            part.refuse(f"has two questions that say the {says} of a person: keep one.")
    kind = rows.saying("kind")
    if (rows.of or rows.suggests) and rows.saying("name") is None:
        part.refuse("names people, but no question of it has the property says: name.")
    if rows.of == "anybody" and kind is None:
        part.refuse("names anybody, but no question of it has the property says: kind.")
    if isinstance(kind, ChoiceQuestion) and isinstance(kind.choices, CodeSet) and kind.choices.codes:
        missing = {*PERSON_KINDS} - {code.choice.code for code in kind.choices.codes}
        if missing:
            part.refuse(f"says the kind of a person, but its list has no {', '.join(sorted(missing))}.")


def _is_free_name(key: str) -> bool:
    """Whether expressions understand the key as a plain name, and not as a word of theirs or a fact."""
    try:
        return compile_expression(key).names == {key}
    except FeelError:
        return False


def _check_common(kind: str, part: _Part, common: _Common) -> None:
    if part.left.pop("defaultValue", None) not in (None, "", [], False):
        part.refuse("has an answer filled in before anybody gave one: take its default value out.")
    if kind == "checkbox" and common["required"]:
        part.refuse(
            "is a box that must be ticked: ask for yes or no with radio buttons, so that no is an answer."
        )
    if common["required"] and common["label"].endswith("?") and not common["required_message"]:
        part.refuse(
            "is required and its label is a question: write the property requiredMessage, such as “Select yes if …”."
        )
    if common["not_known"] and kind not in MAY_BE_NOT_KNOWN:
        part.refuse("has notKnown, but offers choices: add a choice for “not known”.")
    elif common["not_known"] and not common["required"]:
        part.refuse("has notKnown but may be left empty anyway: take notKnown out, or make it required.")


def _text_question(kind: str, validate: _Part, common: _Common) -> TextQuestion:
    many_lines = kind == "textarea"
    longest = validate.whole("maxLength", LONGEST_NARRATIVE if many_lines else LONGEST_LINE, MOST_CHARACTERS)
    shortest = validate.whole("minLength", 0, MOST_CHARACTERS)
    pattern, message = _pattern(validate)
    if shortest > longest or longest == 0:
        validate.refuse(f"must be at least {shortest:,} and at most {longest:,} characters long: mend one.")
    if pattern and (shortest or len(pattern.example) > longest):
        validate.refuse("has a pattern and a length: let the pattern alone say how long the answer is.")
    return TextQuestion(
        **common,
        many_lines=many_lines,
        shortest=shortest,
        longest=longest,
        pattern=pattern,
        pattern_message=message,
    )


def _pattern(validate: _Part) -> tuple[Pattern | None, str]:
    source, message = validate.raw_text("pattern"), validate.text("patternErrorMessage")
    if validate.raw_text("validationType") not in ("", "custom"):
        validate.refuse("has a validation type that is not known here: write a pattern.")
    if bool(source) != bool(message):
        validate.refuse("must have both a pattern and its error message (patternErrorMessage), or neither.")
    try:
        return (read_pattern(source) if source else None), message
    except NotAPattern as error:
        validate.refuse(f"has a pattern that cannot be used: it {error}.")
        return None, message


def _number_question(part: _Part, validate: _Part, common: _Common) -> NumberQuestion:
    least, most = validate.number("min"), validate.number("max")
    if least is not None and most is not None and least > most:
        validate.refuse(f"must be at least {least} and at most {most}: mend one.")
    return NumberQuestion(
        **common, least=least, most=most, places=part.whole("decimalDigits", MOST_PLACES, MOST_PLACES)
    )


def _date_question(part: _Part, properties: _Part, common: _Common) -> DateQuestion:
    if part.raw_text("subtype") != "date":
        part.refuse("asks for a time: only dates can be asked for, so choose the subtype “date”.")
    not_future, not_past = properties.yes("notFuture"), properties.yes("notPast")
    if not_future and not_past:
        part.refuse("has notFuture and notPast, which leaves today alone: take one out.")
    return DateQuestion(**common, not_future=not_future, not_past=not_past)


def _values(part: _Part, values: list[dict[str, object]]) -> Iterator[Code]:
    if not values:
        part.refuse("offers no choices: give it values, or the property codeList.")
    seen: set[str] = set()
    for content in values:
        entry = _Part(part.reading, part.element, content)
        code, label = entry.raw_text("value"), entry.text("label")
        entry.finish(" in its values")
        if not code or not label or not code.isprintable() or len(code) > 100:
            part.refuse("has a choice without a label or a value: write both.")
        elif code in seen:
            part.refuse(f"has the value “{code}” twice: give each choice its own.")
        seen.add(code)
        yield Code(Choice(code, label or "?"))
