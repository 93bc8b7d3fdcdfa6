"""Every table, in three groups: primary (lost for good if lost), operational (outlived by the next sign-in) and derived (made again
from the histories by `ics-flow rebuild`). What is not declared here, and in a numbered migration, does not exist.
"""

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
    literal_column,
)

from ics_flow.store.types import JSON_TEXT, KEY, SORTED_TEXT, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, String, primary_key=True)


def _text(name: str, *, optional: bool = False, index: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, String, nullable=optional, index=index, unique=unique)


# --- Primary ------------------------------------------------------------------------------------------------------------------

history = Table(
    "history",
    metadata,
    _key("subject"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("header", LargeBinary, nullable=False),
    _text("cause"),
    UniqueConstraint("subject", "cause"),
)

payload = Table(
    "payload",
    metadata,
    _key("subject"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _key("name"),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    ForeignKeyConstraint(["subject", "position"], ["history.subject", "history.position"]),
)

database_kind = Table(
    "database_kind",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False, unique=True),
    CheckConstraint("number = 1", name="ck_database_kind_number"),
    CheckConstraint("kind IN ('live', 'training')", name="ck_database_kind_kind"),
)
"""One row, written when the database is made."""

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
)

checkpoint_head = Table(
    "checkpoint_head",
    metadata,
    _key("subject"),
    Column("number", Integer, ForeignKey("checkpoint.number"), primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index(None, "number"),
)
"""The heads that changed between a checkpoint and the one before."""

case_secret = Table(
    "case_secret",
    metadata,
    _key("case_id"),
    Column("secret", LargeBinary, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    _key("id"),
    Column("case_id", String, ForeignKey("case_secret.case_id"), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)
"""The bytes of a file; its name, its kind and its hash stand in the history of its case."""

proposal = Table(
    "proposal",
    metadata,
    _key("change_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)
"""What was put to the board."""

proposal_author = Table(
    "proposal_author",
    metadata,
    _key("change_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _key("worker_id"),
    ForeignKeyConstraint(["change_id", "number"], ["proposal.change_id", "proposal.number"]),
)
"""Who drew it: the database itself refuses their approval."""

approval = Table(
    "approval",
    metadata,
    _key("change_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _key("worker_id"),
    Column("approves", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(["change_id", "number"], ["proposal.change_id", "proposal.number"]),
)

APPEND_ONLY = (
    history,
    payload,
    database_kind,
    checkpoint,
    checkpoint_head,
    attachment,
    proposal,
    proposal_author,
    approval,
)

training_clock = Table(
    "training_clock",
    metadata,
    Column("kind", String, ForeignKey("database_kind.kind"), primary_key=True),
    Column("ahead", BigInteger, nullable=False),
    CheckConstraint("kind = 'training'", name="ck_training_clock_kind"),
)
"""One row, which only a training database can have: how many microseconds its clock is ahead of the wall's."""

release = Table(
    "release",
    metadata,
    _key("hash"),
    _text("name"),
    Column("body", LargeBinary, nullable=False),
    Column("published_at", Instant, nullable=False, index=True),
    Column("law_date", Date, nullable=False),
)

calendar = Table(
    "calendar",
    metadata,
    _key("hash"),
    Column("body", LargeBinary, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("case_id", String, ForeignKey("case_secret.case_id"), primary_key=True),
    _key("task"),
    _key("section"),
    Column("version", Integer, nullable=False),
    Column("answers", JSON_TEXT, nullable=False),
    _text("by"),
    Column("saved_at", Instant, nullable=False),
)

release_scenarios = Table(
    "release_scenarios",
    metadata,
    Column("release", String, ForeignKey("release.hash"), primary_key=True),
    _key("hash"),
    Column("body", LargeBinary, nullable=False),
    Column("kept_at", Instant, nullable=False),
)
"""The scenarios that came with a release, so that a draft can start from them; those kept last count."""

release_draft = Table(
    "release_draft",
    metadata,
    _key("id"),
    _text("request_id", index=True),
    _text("title"),
    Column("base_release", String, ForeignKey("release.hash"), nullable=False),
    Column("base_calendar", String, ForeignKey("calendar.hash"), nullable=False),
    _text("base_scenarios", optional=True),
    _text("author"),
    Column("made_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    _text("state"),
    CheckConstraint("state IN ('open', 'closed')", name="ck_release_draft_state"),
)

release_draft_file = Table(
    "release_draft_file",
    metadata,
    Column("draft_id", String, ForeignKey("release_draft.id"), primary_key=True),
    _key("name"),
    Column("body", LargeBinary),
    _text("base_hash", optional=True),
    Column("version", Integer, nullable=False),
    Column("saved_at", Instant, nullable=False),
    _text("saved_by"),
)
"""A file that a draft changes, adds, or (without a body) takes away; `base_hash` is that of the file it was drawn over."""

release_draft_writer = Table(
    "release_draft_writer",
    metadata,
    Column("draft_id", String, ForeignKey("release_draft.id"), primary_key=True),
    _key("worker_id"),
)
"""Everybody who ever saved a file of a draft, also where somebody else has saved it since."""

account = Table(
    "account",
    metadata,
    _key("worker_id"),
    _text("username", unique=True),
    _text("password_hash", optional=True),
    _text("name"),
    Column("roles", JSON_TEXT, nullable=False),
    _text("team", optional=True, index=True),
    _text("manager_id", optional=True, index=True),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

read_log = Table(
    "read_log",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("at", Instant, nullable=False),
    _text("worker_id", index=True),
    _text("person_id", optional=True, index=True),
    _text("case_id", optional=True, index=True),
    _text("what"),
    _text("right"),
)

move_order = Table(
    "move_order",
    metadata,
    _key("id"),
    _text("kind"),
    _text("target"),
    Column("choices", JSON_TEXT, nullable=False),
    _text("reason"),
    _text("ordered_by"),
    Column("ordered_at", Instant, nullable=False),
    _text("state", index=True),
    CheckConstraint("kind IN ('release', 'calendar')", name="ck_move_order_kind"),
)
"""What the board ordered for open cases; `target` is the hash of the release or of the calendar."""

move_order_case = Table(
    "move_order_case",
    metadata,
    Column("order_id", String, ForeignKey("move_order.id"), primary_key=True),
    Column("case_id", String, ForeignKey("case_secret.case_id"), primary_key=True),
    _text("state"),
    _text("sentence", optional=True),
    Column("changed", JSON_TEXT),
    Column("position", Integer),
    Index(None, "order_id", "state"),
)
"""What became of a case that an order is about; `position` is that of the entry which moved it."""

# --- Operational --------------------------------------------------------------------------------------------------------------

session = Table(
    "session",
    metadata,
    _key("token_hash"),
    Column("worker_id", String, ForeignKey("account.worker_id"), nullable=False, index=True),
    Column("created", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("expires", Instant, nullable=False, index=True),
    Column("data", JSON_TEXT, nullable=False),
)

request = Table(
    "request",
    metadata,
    _key("command_id"),
    _text("body_hash"),
    _text("worker_id"),
    Column("result", JSON_TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", KEY, primary_key=True),
    _text("key", unique=True),
    _text("kind"),
    Column("body", JSON_TEXT, nullable=False),
    Column("created", Instant, nullable=False),
    Column("sent", Instant),
)
Index(
    "ix_outbox_waiting",
    outbox.c.id,
    sqlite_where=outbox.c.sent.is_(None),
    postgresql_where=outbox.c.sent.is_(None),
)

what_if = Table(
    "what_if",
    metadata,
    _key("id"),
    Column("body", LargeBinary, nullable=False),
    _text("calendar"),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    _text("asked_by"),
    Column("asked_at", Instant, nullable=False),
    _text("state", index=True),
)
"""A draft as it stood when somebody asked what it would have done, and over which period."""

what_if_case = Table(
    "what_if_case",
    metadata,
    Column("what_if_id", String, ForeignKey("what_if.id"), primary_key=True),
    Column("case_id", String, ForeignKey("case_secret.case_id"), primary_key=True),
    _text("state"),
    Column("found", JSON_TEXT),
    Index(None, "what_if_id", "state"),
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("id", KEY, primary_key=True),
    _text("key"),
    Column("at", Instant, nullable=False, index=True),
    Index(None, "key", "at"),
)

scenario_run = Table(
    "scenario_run",
    metadata,
    _key("id"),
    _text("change_id", index=True),
    _text("release"),
    _text("scenarios"),
    Column("files", LargeBinary, nullable=False),
    _text("asked_by"),
    Column("asked_at", Instant, nullable=False),
    Column("done", Boolean, nullable=False),
)
"""The scenarios of a draft as it was at an instant, to be played in the background."""

scenario_played = Table(
    "scenario_played",
    metadata,
    Column("run_id", String, ForeignKey("scenario_run.id"), primary_key=True),
    _key("name"),
    _text("problem", optional=True),
)

note_read = Table(
    "note_read",
    metadata,
    _key("worker_id"),
    _key("change_id"),
)
"""Which change notes a worker has put away."""

# --- Derived ------------------------------------------------------------------------------------------------------------------

change_row = Table(
    "change_row",
    metadata,
    _key("change_id"),
    _text("title"),
    _text("area"),
    _text("state", index=True),
    Column("law", Boolean, nullable=False),
    _text("raised_by"),
    Column("raised_at", Instant, nullable=False),
    Column("meeting_on", Date, index=True),
    Column("wakes_on", Date, index=True),
    Column("in_force_since", Instant),
    Column("touches", JSON_TEXT, nullable=False),
)

snapshot = Table(
    "snapshot",
    metadata,
    _key("case_id"),
    Column("position", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("format", Integer, nullable=False),
)

case_row = Table(
    "case_row",
    metadata,
    _key("case_id"),
    _text("person_id", index=True),
    _text("team", optional=True, index=True),
    _text("allocated_worker", optional=True, index=True),
    Column("open", Boolean, nullable=False),
)

person_row = Table(
    "person_row",
    metadata,
    _key("person_id"),
    _text("given_name"),
    _text("family_name"),
    Column("born", Date),
    Column("expected", Date),
    _text("address", optional=True),
    _text("family_id", optional=True, index=True),
)

person_token = Table(
    "person_token",
    metadata,
    Column("token", SORTED_TEXT, primary_key=True),
    Column("person_id", String, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

relationship = Table(
    "relationship",
    metadata,
    _key("person_id"),
    Column("other_id", String, primary_key=True, index=True),
    _key("kind"),
    sqlite_with_rowid=False,
)

task_row = Table(
    "task_row",
    metadata,
    _key("case_id"),
    _key("name"),
    _text("process"),
    _text("title"),
    _text("form"),
    Column("roles", JSON_TEXT, nullable=False),
    Column("opened", Instant, nullable=False),
    Column("due", Instant),
    Column("due_on", Date),
    _text("deadline_kind", optional=True),
    sqlite_with_rowid=False,
)

task_role = Table(
    "task_role",
    metadata,
    _key("case_id"),
    _key("task"),
    _key("role"),
    Column("due", Instant),
    ForeignKeyConstraint(["case_id", "task"], ["task_row.case_id", "task_row.name"], ondelete="CASCADE"),
    Index(None, "role", "due", "case_id", "task"),
    sqlite_with_rowid=False,
)

deadline_row = Table(
    "deadline_row",
    metadata,
    _key("case_id"),
    _key("name"),
    _text("title"),
    _text("scope"),
    Column("due", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    _text("kind"),
    _text("basis"),
    _text("met_by", optional=True),
    Column("fired", Boolean, nullable=False),
    Column("met_on", Date),
    Column("ended", Instant),
    sqlite_with_rowid=False,
)

timer_row = Table(
    "timer_row",
    metadata,
    _key("case_id"),
    _key("name"),
    _text("process"),
    Column("due", Instant, nullable=False),
    Index(None, "due", "case_id"),
    sqlite_with_rowid=False,
)

record_row = Table(
    "record_row",
    metadata,
    _key("case_id"),
    _key("scope"),
    Column("version", Integer, nullable=False),
    _text("form"),
    _text("title"),
    _text("status"),
    _text("by", optional=True),
    Column("at", Instant, nullable=False),
    Column("position", Integer),
    _text("authorised_by", optional=True),
    sqlite_with_rowid=False,
)

process_row = Table(
    "process_row",
    metadata,
    _key("case_id"),
    _key("name"),
    _text("pathway"),
    _text("release"),
    Column("started", Instant, nullable=False),
    Column("ended", Instant),
    sqlite_with_rowid=False,
)

in_force_row = Table(
    "in_force_row",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("release"),
    _text("calendar"),
)

undelivered_row = Table(
    "undelivered_row",
    metadata,
    _key("case_id"),
    _key("name"),
    _text("process"),
    _text("message"),
    _text("text"),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

share_row = Table(
    "share_row",
    metadata,
    _key("case_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("worker_id", index=True),
    Column("record", Integer, nullable=False),
    _text("title"),
    _text("by"),
    Column("at", Instant, nullable=False),
    Column("until", Date),
    Column("taken_back", Instant),
    sqlite_with_rowid=False,
)
"""Which versions of records are, or were, shared with whom who reads no file."""

adoption_row = Table(
    "adoption_row",
    metadata,
    _key("before_case"),
    _text("after_case", unique=True),
    sqlite_with_rowid=False,
)
"""Which file ended with an adoption, and which was opened after it; no other table and neither file says so."""

DERIVED = (
    person_row,
    person_token,
    relationship,
    snapshot,
    case_row,
    task_role,
    task_row,
    deadline_row,
    timer_row,
    record_row,
    process_row,
    undelivered_row,
    share_row,
    adoption_row,
    in_force_row,
    change_row,
)


# --- Measured -----------------------------------------------------------------------------------------------------------------
# Derived too, but not at once: `ics-flow conformance summarise` makes them from the histories, for the cases that have gone on since.

measured_run = Table(
    "measured_run",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)
"""One row: up to when every case has been measured."""

measured_case = Table(
    "measured_case",
    metadata,
    _key("case_id"),
    Column("position", Integer, nullable=False),
    Column("format", Integer, nullable=False),
)

measured_step = Table(
    "measured_step",
    metadata,
    _key("case_id"),
    _key("name"),
    _text("pathway"),
    _text("element"),
    _text("caller", optional=True),
    _text("team", optional=True),
    Column("opened_on", Date, nullable=False),
    Column("ended_on", Date),
    _text("ending", optional=True),
    Column("days", Integer),
    Column("hours", Integer),
    sqlite_with_rowid=False,
)
"""A row for each time that a step was come to; `caller` is the activity, as pathway/element, that called the procedure it stands in."""

_WHOLE = measured_step.c.element == literal_column("''")
# Wide, so that a year's steps are counted from an index alone; those of whole procedures, which have no element, from small ones.
_ENDED = measured_step.c["ending", "days", "hours", "team", "caller", "opened_on"]
Index("ix_measured_step_opened", *measured_step.c["pathway", "opened_on", "element", "team", "caller"])
Index("ix_measured_step_ended", *measured_step.c["pathway", "ended_on", "element"], *_ENDED)
Index(
    "ix_measured_step_open",
    *measured_step.c["pathway", "element", "opened_on", "team", "caller"],
    sqlite_where=measured_step.c.ended_on.is_(None),
    postgresql_where=measured_step.c.ended_on.is_(None),
)
Index(
    "ix_measured_step_whole_opened",
    *measured_step.c["pathway", "opened_on", "team"],
    sqlite_where=_WHOLE,
    postgresql_where=_WHOLE,
)
Index(
    "ix_measured_step_whole_ended",
    *measured_step.c["pathway", "ended_on"],
    *_ENDED,
    sqlite_where=_WHOLE,
    postgresql_where=_WHOLE,
)

measured_date = Table(
    "measured_date",
    metadata,
    _key("case_id"),
    _key("name"),
    Column("depth", Integer, primary_key=True, autoincrement=False),
    _text("pathway"),
    _text("element"),
    _text("caller", optional=True),
    _text("title"),
    _text("kind"),
    _text("team", optional=True),
    Column("due_on", Date, nullable=False),
    Column("met_on", Date),
    Column("ended_on", Date),
    Column("restated", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""A row for a date on each diagram that shows it: at depth 0 that of the pathway itself, further in those of procedures it calls."""

_OUTERMOST = measured_date.c.depth == literal_column("0")
_STANDING = measured_date.c["title", "kind", "met_on", "ended_on", "restated", "team", "caller"]
Index("ix_measured_date_due", *measured_date.c["pathway", "due_on", "element"], *_STANDING)
Index(
    "ix_measured_date_outermost",
    *measured_date.c["due_on", "pathway"],
    *_STANDING,
    sqlite_where=_OUTERMOST,
    postgresql_where=_OUTERMOST,
)

measured_departure = Table(
    "measured_departure",
    metadata,
    _key("case_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("depth", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("name"),
    _text("pathway"),
    _text("element"),
    _text("caller", optional=True),
    _text("team", optional=True),
    Column("on", Date, nullable=False),
    Index(None, "pathway", "on"),
    Index(None, "depth", "on"),
    sqlite_with_rowid=False,
)

MEASURED = (measured_step, measured_date, measured_departure)
"""The rows of a case, all made together."""


# --- What the database itself refuses -----------------------------------------------------------------------------------------


REFUSING_FUNCTION = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'The ' || TG_TABLE_NAME || ' is append-only.'; END $$"
)
"""What the triggers of PostgreSQL call."""

REFUSED_ACTS = {"sqlite": ("UPDATE", "DELETE"), "postgresql": ("UPDATE", "DELETE", "TRUNCATE")}
"""What an append-only table refuses; SQLite has no TRUNCATE."""


def refusing_trigger(table: str, act: str, dialect: str) -> str:
    """The statement that makes a table refuse an act."""
    refusal = (
        f"BEGIN SELECT RAISE(ABORT, 'The {table} is append-only.'); END"
        if dialect == "sqlite"
        else "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    return f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} {refusal}"


def _once_made(target: Table | MetaData, moment: str, statement: str, dialect: str) -> None:
    made = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(target, moment, made.execute_if(dialect=dialect))


_once_made(metadata, "before_create", REFUSING_FUNCTION, "postgresql")
for _table in APPEND_ONLY:
    for _dialect, _acts in REFUSED_ACTS.items():
        for _act in _acts:
            _once_made(_table, "after_create", refusing_trigger(_table.name, _act, _dialect), _dialect)

_AN_AUTHOR = (
    "EXISTS (SELECT 1 FROM proposal_author WHERE change_id = NEW.change_id AND number = NEW.number"
    " AND worker_id = NEW.worker_id)"
)
REFUSING_AUTHORS = {
    "sqlite": (
        f"CREATE TRIGGER approval_refuses_authors BEFORE INSERT ON approval WHEN {_AN_AUTHOR} "
        "BEGIN SELECT RAISE(ABORT, 'Nobody approves what they drew.'); END"
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_author() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {_AN_AUTHOR} THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation',"
        " MESSAGE = 'Nobody approves what they drew.'; END IF; RETURN NEW; END $$; "
        "CREATE TRIGGER approval_refuses_authors BEFORE INSERT ON approval "
        "FOR EACH ROW EXECUTE FUNCTION refuse_author()"
    ),
}
"""That the author of a change does not approve it, whoever writes to the database."""
for _dialect, _statement in REFUSING_AUTHORS.items():
    _once_made(approval, "after_create", _statement, _dialect)

GOING_BACK = {
    "sqlite": "WHEN NEW.ahead < OLD.ahead BEGIN SELECT RAISE(ABORT, 'The training_clock does not go back.'); END",
    "postgresql": "FOR EACH ROW WHEN (NEW.ahead < OLD.ahead) EXECUTE FUNCTION refuse_change()",
}
for _dialect, _refusal in GOING_BACK.items():
    for _act in REFUSED_ACTS[_dialect][1:]:
        _once_made(
            training_clock, "after_create", refusing_trigger("training_clock", _act, _dialect), _dialect
        )
    _once_made(
        training_clock,
        "after_create",
        f"CREATE TRIGGER training_clock_refuses_update BEFORE UPDATE ON training_clock {_refusal}",
        _dialect,
    )
