"""`python -m perezvon` is the `perezvon` command."""

from perezvon.config.cli import main

main()
