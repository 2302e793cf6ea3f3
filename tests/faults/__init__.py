"""Faults planted in one side of a pair of models, and whether they are found where they were planted."""
