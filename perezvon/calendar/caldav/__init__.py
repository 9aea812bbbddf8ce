"""A client of CalDAV (RFC 4791): what people's own calendars are read and written with (decision 022)."""

from .client import Changes, Client, Collection, Conflict, DavError, Missing

__all__ = ["Changes", "Client", "Collection", "Conflict", "DavError", "Missing"]
