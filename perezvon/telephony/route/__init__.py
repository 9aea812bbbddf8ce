"""The whole route of a number: as a picture with its losses, and walked in words without a call.

``graph`` makes nodes and arrows of the exchange's plan, ``traffic`` puts real calls on them, ``layout`` places them,
``drawing`` dresses them for the page, ``walk`` tells what would happen to one call.
"""
