"""What can go wrong that a person is told of: every error carries a sentence that says what is wrong and how to mend it.

An error of one part alone (a form's field, a diagram's element) stands in that part.
"""


class Told(Exception):
    """Something went wrong that a person can be told of."""

    def __init__(self, sentence: str | None = None) -> None:
        self.sentence = sentence or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.sentence)


class Refused(Told):
    """This may not be done now."""


class AppendConflict(Told):
    """Somebody else has just written in this history. Look at what changed, then try again."""


class CauseAlreadyRecorded(Told):
    """This command has already been recorded in this history, and is not recorded twice."""


class SameIdOtherBody(Refused):
    """This page was sent before with other answers. Open the page again and send the answers from there."""


class DraftChanged(Refused):
    """This draft was changed elsewhere since you opened it. Open it again to see both, then save."""


class AccountChanged(Refused):
    """This account was changed by somebody else since you opened it. Open it again, then save."""


class StoreBusy(Told):
    """Other work holds the records just now, and nothing was changed. Try again in a moment."""


class StoreLost(Told):
    """The database cannot be reached just now. Try again in a moment; what was kept already is not done twice."""


class StoreUnfit(Told):
    """The database cannot be used as it is."""


class SettingsWrong(Told):
    """A setting is missing or cannot be understood."""
