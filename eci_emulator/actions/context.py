"""What an action is given: the emulator it belongs to, and who calls."""

from __future__ import annotations

from msgspec import Struct, field
from redis.client import Pipeline

from eci_emulator.market.catalogue import Catalogue
from eci_emulator.nodes import Nodes
from eci_emulator.settings import Settings
from eci_emulator.store import tokens
from eci_emulator.store.database import Store
from eci_emulator.store.table import Tenant
from eci_emulator.trace import Trace


class Emulator(Struct):
    """The parts that actions work with; made once, in app.py."""

    settings: Settings
    store: Store
    catalogue: Catalogue
    nodes: Nodes
    trace: Trace = field(default_factory=Trace)


class Caller(Struct, kw_only=True):
    """One call: whose it is and how it will be answered."""

    account: str
    region: str
    action: str
    request_id: str
    host: str = ""  # as the client addressed us
    client_token: str = ""
    digest: str = ""  # of the parameters, to tell a retry from a misuse of the token
    dry_run: bool = False

    @property
    def tenant(self) -> Tenant:
        return Tenant(self.account, self.region)

    def remember(self, pipe: Pipeline, answer: dict[str, object]) -> None:
        """Keep the answer under the ClientToken, in the transaction that makes it true."""
        if self.client_token:
            tokens.remember(pipe, self.tenant, self.action, self.client_token, self.digest, answer)
    secure: bool = False  # by HTTPS
