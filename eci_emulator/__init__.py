"""eci-emulator: Alibaba Cloud Elastic Container Instance (API 2018-08-08) on one's own machine."""

from importlib.metadata import version

__version__ = version("eci-emulator")
