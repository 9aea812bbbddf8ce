"""What programs can do with calls, recordings and the settings of telephony."""

from . import calls, places, recordings

__all__ = ["calls", "places", "recordings"]
