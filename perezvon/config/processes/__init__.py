"""The processes of one machine: their supervisor and what each of them runs."""
