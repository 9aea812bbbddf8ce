"""Our own exchange: Asterisk as a part of the product, configured from the database.

``program``/``install`` find and fetch Asterisk, ``instance`` is one running node in its own folder, ``plan`` reads the
settings, ``checks`` refuses nonsense, ``generate`` writes the configuration, ``control`` gives orders to the running node,
``routing`` answers its questions, ``cel`` reads its durable diary.
"""
