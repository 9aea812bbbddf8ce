"""Our own Asterisk, heard through AMI."""

from .setup import ADAPTER

__all__ = ["ADAPTER"]
