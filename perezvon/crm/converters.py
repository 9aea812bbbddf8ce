"""Words of addresses."""

from django.urls.converters import StringConverter


class Noun(StringConverter):
    """Whose card it is."""

    regex = "person|company|deal"
