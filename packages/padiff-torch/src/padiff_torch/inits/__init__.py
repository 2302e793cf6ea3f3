"""Init functions whose raw side is torch: one module each, found by themselves.

A module here defines functions and names them in `INITS`; paddle is imported for type checking only.
"""
