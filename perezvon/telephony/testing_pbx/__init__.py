"""A real Asterisk for tests: ours, with carriers and telephones played by sipp. A pytest plugin, see ``plugin``.

    def test_x(exchange):                     # a Provider with rows, its Asterisk, the listener; needs transactional_db
        exchange.telephone("101")             # a telephone that rings and answers
        exchange.dial(LINE, Digit("1"), Bye(after=3), caller="79161234567")
        call = exchange.stored("+79161234567")     # when it has ended and has been interpreted

Mark such tests ``pbx``: they are left out, with the reason, where Asterisk or sipp is not to be had.
"""
