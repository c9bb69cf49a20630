"""What an action is given: the emulator it belongs to, and who calls."""

from __future__ import annotations

from msgspec import Struct, field
from redis.client import Pipeline

from eci_emulator.billing.usage import Meter
from eci_emulator.controller.accounting import Accounting
from eci_emulator.controller.losing import Losses
from eci_emulator.controller.spot import SpotKeeper
from eci_emulator.market import prices
from eci_emulator.market.catalogue import Catalogue
from eci_emulator.market.prices import PriceList
from eci_emulator.nodes import Nodes
from eci_emulator.nonces import SpentNonces
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
    nonces: SpentNonces = field(default_factory=SpentNonces)

    @property
    def prices(self) -> PriceList:
        """The price list in which spot prices are agreed."""
        return prices.load(self.settings.price_list, self.settings.market_dir)

    @property
    def meter(self) -> Meter:
        return Meter(self.catalogue, self.prices)

    @property
    def accounting(self) -> Accounting:
        return Accounting(self.store, self.meter)

    @property
    def losses(self) -> Losses:
        return Losses(self.store, self.accounting)

    @property
    def spot(self) -> SpotKeeper:
        settings = self.settings
        return SpotKeeper(
            self.store, self.meter, seed=settings.spot_seed, notice=settings.spot_notice_seconds
        )


class Caller(Struct, kw_only=True):
    """One call: whose it is and how it will be answered."""

    account: str
    region: str
    action: str
    request_id: str
    host: str = ""  # as the client addressed us
    secure: bool = False  # by HTTPS
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
