"""The telephone in the browser: its signalling (gateway.py), its pages and what they ask (views/phone.py)."""
