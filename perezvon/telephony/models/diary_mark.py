from django.db import models


class DiaryMark(models.Model):
    """How far the diary of an exchange of our own has been read: the file (by its first line) and bytes into it."""

    provider = models.OneToOneField("telephony.Provider", models.CASCADE, primary_key=True, related_name="+")
    file = models.CharField(max_length=32)
    offset = models.PositiveBigIntegerField()
