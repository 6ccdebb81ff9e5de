"""What can go wrong on the way to a source: every error names the source and says what to do about it."""


class SourceError(Exception):
    """A source did not deliver. ``message`` is what happened, ``remedy`` what an operator can do, both one
    sentence.
    """

    kind = "error"

    def __init__(self, source: str, message: str, remedy: str = "") -> None:
        super().__init__(source, message, remedy)
        self.source = source
        self.message = message
        self.remedy = remedy

    @property
    def fact(self) -> str:
        """Who and what, without a full stop."""
        return f"{self.source.capitalize()} {self.message}"

    @property
    def sentence(self) -> str:
        """Everything in words for an operator: who, what, and what to do."""
        return f"{self.fact}. {self.remedy}".strip()

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


class SourceUnavailable(SourceError):  # noqa: N818 - a name of the design
    """Nobody answers at its address, or it says that it cannot work now (5xx)."""

    kind = "unavailable"


class SourceTimeout(SourceError):  # noqa: N818 - a name of the design
    """It did not answer in time."""

    kind = "timeout"


class SourceRejected(SourceError):  # noqa: N818 - a name of the design
    """It answered that it will not do this: bad query, missing login, too much data (4xx)."""

    kind = "rejected"


class SourceMalformed(SourceError):  # noqa: N818 - a name of the design
    """It answered something that is not its own language: HTML, cut-off JSON, more than the cap."""

    kind = "malformed"
