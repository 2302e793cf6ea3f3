"""One side of a comparison on disk: what a model did, recorded where it lives, and read elsewhere."""
