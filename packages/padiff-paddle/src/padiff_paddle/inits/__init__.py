"""Init functions whose raw side is paddle: one module each, found by themselves.

A module here defines functions and names them in `INITS`; torch is imported for type checking only.
"""
