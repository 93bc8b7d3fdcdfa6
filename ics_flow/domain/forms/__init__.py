"""Forms: the questions of a record as process owners write them, and all that happens to the answers.

Read a form with ``read_form``; ask, parse and check it with the methods of ``Form``; show it with ``lay_out`` and ``describe``.
Not here: HTML (``web``), and where forms, drafts and records are kept (``store``).
"""

from ics_flow.domain.forms.answers import Answers, Fields
from ics_flow.domain.forms.codes import Choice, Code, CodeSet, read_code_set
from ics_flow.domain.forms.copying import COPIED, Copied, Origin, Source, copy_forward, is_begun
from ics_flow.domain.forms.description import Described, DescribedSection, describe, spoken_date
from ics_flow.domain.forms.examples import as_answer, example_answers
from ics_flow.domain.forms.form import Form, Given, Parsed, UnknownQuestion
from ics_flow.domain.forms.people import people_named, suggestion
from ics_flow.domain.forms.profile import read_form
from ics_flow.domain.forms.questions import Occasion, Suggested
from ics_flow.domain.forms.row_actions import (
    AddPeople,
    AddRow,
    RemoveRow,
    RowAction,
    read_row_action,
    with_row_action,
)
from ics_flow.domain.forms.sheet import Sheet, lay_out
from ics_flow.domain.forms.together import answers_of_sibling, is_done_together, said_of_all
from ics_flow.domain.forms.wording import FieldError

__all__ = [
    "COPIED",
    "AddPeople",
    "AddRow",
    "Answers",
    "Choice",
    "Code",
    "CodeSet",
    "Copied",
    "Described",
    "DescribedSection",
    "FieldError",
    "Fields",
    "Form",
    "Given",
    "Occasion",
    "Origin",
    "Parsed",
    "RemoveRow",
    "RowAction",
    "Sheet",
    "Source",
    "Suggested",
    "UnknownQuestion",
    "answers_of_sibling",
    "as_answer",
    "copy_forward",
    "describe",
    "example_answers",
    "is_begun",
    "is_done_together",
    "lay_out",
    "people_named",
    "read_code_set",
    "read_form",
    "read_row_action",
    "said_of_all",
    "spoken_date",
    "suggestion",
    "with_row_action",
]
