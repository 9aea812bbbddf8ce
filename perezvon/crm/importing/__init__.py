"""How a file becomes clients: read into rows, checked, brought in by batches, taken back as a whole.

``files`` opens any table as lines of text, ``fields`` knows what a column may be, ``reading`` fills the rows,
``people`` and ``companies`` bring a batch of them in, ``undoing`` takes it back. The verbs are in ``actions/imports.py``.
"""
