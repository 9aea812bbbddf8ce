from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Word(models.Model):
    """A word that stands in somebody's name, folded: what a mistyped one may have meant. Never taken away."""

    text = models.CharField(max_length=40, unique=True)

    class Meta:
        indexes = [GinIndex(fields=["text"], opclasses=["gin_trgm_ops"], name="crm_word_trigrams")]

    def __str__(self) -> str:
        return self.text
