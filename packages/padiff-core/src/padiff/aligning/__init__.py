"""Where two models part: run both, compare every layer, and name the first place."""
