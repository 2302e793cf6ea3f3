"""What a model did, written to disk step by step, as PaDiff's users know it."""
