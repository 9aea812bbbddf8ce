"""Fields that the company makes itself: declared on screen, then known to lists, conditions, cards, files and programs.

``definitions.py`` what there is, ``values.py`` what a value may be, ``sql.py`` where it stands in the base and its indexes,
``asking.py`` the same for conditions, lists and forms.
"""
