"""Init functions whose raw side is torch: one module each, found by themselves.

A module here decorates its functions with `padiff.inits.register`; paddle is imported for type
checking only.
"""
