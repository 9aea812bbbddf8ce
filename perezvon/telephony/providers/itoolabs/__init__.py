"""ITooLabs crmapi: MegaFon, MTS Exolve, Kcell and others."""

from .setup import ADAPTER

__all__ = ["ADAPTER"]
