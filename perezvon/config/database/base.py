"""What ``ENGINE`` names. A page begins with the question whether its connection survived since the last one."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the socket before the server.

    A server that goes away says so, or at least closes the socket: something waits to be read. While nothing waits
    the connection is as good as ``SELECT 1`` could prove, without a journey to the server at every page.
    """

    def is_usable(self) -> bool:
        """Tell whether a kept connection may be used again."""
        if self.connection is None or self.connection.closed:
            return False
        look = select.poll()
        look.register(self.connection.fileno(), select.POLLIN)
        return bool(super().is_usable()) if look.poll(0) else True
