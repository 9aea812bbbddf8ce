"""Files on clients: what is taken in (``checks.py``) and where it lies (``store.py``)."""
