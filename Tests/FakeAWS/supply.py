"""What instance metadata and the container endpoint share: session credentials that may be repeated."""

import time

from .credential_ledger import CredentialLedger, IssuedCredentials
from .service import Service


class CredentialSupply(Service):
    """A service that hands out session credentials.

    lifetime: seconds that new credentials live; a negative one gives expired credentials. repeat_until: the same
    credentials are answered until so many seconds before they expire; None makes new ones for each request.
    """

    def __init__(self, ledger: CredentialLedger, lifetime: float = 3600, **server):
        super().__init__(**server)
        self.ledger = ledger
        self.lifetime = lifetime
        self.repeat_until: float | None = None
        self.issued: list[IssuedCredentials] = []

    def current(self) -> IssuedCredentials:
        """The credentials of this moment: new ones, or the same while `repeat_until` says so."""
        kept = self.issued[-1] if self.issued else None
        if kept is None or self.repeat_until is None or time.time() >= kept.expires - self.repeat_until:
            kept = self.ledger.session(self.lifetime)
            self.issued.append(kept)
        return kept
