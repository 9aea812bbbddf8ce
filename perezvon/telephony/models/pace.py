from django.db import connection, models


class Pace(models.Model):
    """When an exchange may be asked for something next, so that its limits are kept by all our processes together."""

    provider = models.ForeignKey("telephony.Provider", models.CASCADE, related_name="+")
    name = models.CharField(max_length=24)
    next_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="telephony_pace_once")]

    @staticmethod
    def reserve(provider_id: int, name: str, every: float) -> float:
        """Take the next turn, ``every`` seconds after the one before; in how many seconds it comes (0 = now).

        The clock is the database's own: the processes that share the limit may stand on several machines.
        """
        with connection.cursor() as cursor:
            cursor.execute(_RESERVE, [provider_id, name, every, every, every])
            return max(0.0, float(cursor.fetchone()[0]))


_RESERVE = """
INSERT INTO telephony_pace AS p (provider_id, name, next_at)
VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s))
ON CONFLICT (provider_id, name) DO UPDATE
   SET next_at = greatest(p.next_at, clock_timestamp()) + make_interval(secs => %s)
RETURNING extract(epoch FROM next_at - make_interval(secs => %s) - clock_timestamp())
"""
