"""A payment provider to play with: Stripe's API as far as we use it, its hosted pages, its webhooks. No money moves.

A small server of its own (`pivotino sandbox`), on the standard library and Jinja2; it imports nothing of Pivotino and holds
nothing but what it is told. Its clock can be moved, and its faults can be switched on: see its first page.
"""
