"""ListUsage: quotas and what is used of them."""

from __future__ import annotations

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.regions import NoParameters
from eci_emulator.model import quotas

Json = dict[str, object]


def list_usage(emulator: Emulator, caller: Caller, request: NoParameters) -> Json:
    """The caller's quotas in the region. Groups that have ended use nothing any more."""
    store, tenant = emulator.store, caller.tenant
    automatic = store.image_caches.select(tenant, ["automatic=True"]).total
    return {
        "Attributes": {
            "MaxCpu": emulator.settings.vcpu_quota or quotas.NO_LIMIT,
            "UsedCpu": store.market.state().vcpus(caller.account, caller.region),
            "MaxImageCacheCount": quotas.MAX_IMAGE_CACHES,
            "UsedImageCacheCount": store.image_caches.count(tenant) - automatic,
            "MaxAutoImageCacheCount": quotas.MAX_AUTO_IMAGE_CACHES,
            "UsedAutoImageCacheCount": automatic,
            "MaxDataCacheCount": quotas.MAX_DATA_CACHES,
            "UsedDataCacheCount": store.data_caches.count(tenant),
        }
    }
