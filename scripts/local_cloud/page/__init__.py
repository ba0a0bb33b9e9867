"""The page of `make local`: what a world does, shown in a browser, and what a person can do to it.

By hand, because Gmail's page and AWS's consoles cannot show an emulated world.
"""
