"""`python -m tests.faults`: see reliability.py."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")
os.environ.setdefault("SECRET_KEY", "only-for-tests")
django.setup()

from .reliability import main  # noqa: E402 - it needs the product's settings

sys.exit(main())
