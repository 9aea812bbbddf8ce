"""Other CRMs whose clients and deals are fetched by their APIs: one module each, all of one contract."""

from .amocrm import AmoCrm
from .bitrix24 import Bitrix24
from .contract import BadToken, Catalog, Chunk, System

SYSTEMS: dict[str, type[System]] = {"amocrm": AmoCrm, "bitrix24": Bitrix24}

__all__ = ["SYSTEMS", "BadToken", "Catalog", "Chunk", "System"]
