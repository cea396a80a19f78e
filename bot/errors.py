"""The errors Hotseat raises on purpose.

HotseatError
├── UserError          its text is one friendly sentence for the member who caused it
│   └── HandBack       a refused submission; carries the text so that its author gets it back
├── StartupError       its text tells the operator what to mend before the bot can start
└── StorageError       the database failed at this moment; the step was rolled back

Everything else that is raised is a bug or trouble outside: the member gets an incident code, the log the rest.
"""


class HotseatError(Exception):
    """Base of every error that Hotseat raises on purpose."""


class UserError(HotseatError):
    """An expected problem; `str(error)` is safe to show to the member."""


class HandBack(UserError):
    """A submission that was not taken. `text` is what the member had typed."""

    def __init__(self, sentence: str, text: str) -> None:
        super().__init__(sentence)
        self.text = text


class StartupError(HotseatError):
    """The bot cannot start; `str(error)` names the file, the field and the fix."""


class StorageError(HotseatError):
    """The database did not do what was asked (locked, full, read-only); nothing of the step was kept."""
