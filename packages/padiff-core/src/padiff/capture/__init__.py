"""Running a model and seeing every call of its layers, without leaving a trace on it."""
