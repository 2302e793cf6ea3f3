"""Init functions whose raw side is paddle: one module each, found by themselves.

A module here decorates its functions with `padiff.inits.register`; torch is imported for type
checking only.
"""
