"""The hyper-parameters and rules of the built-in kinds, one module a family.

Each is declared once, in its canonical spelling; where a framework's classes keep it, and how they
spell it, is said by the adapters' `settings`, in modules of the same names.
"""
