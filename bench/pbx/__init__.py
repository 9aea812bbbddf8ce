"""`make bench-pbx`: a real Asterisk under load, with the product and beside it the same Asterisk without us.

Everything runs on the loopback of one machine: sipp plays carriers and telephones, a real Chromium the operator.
"""
