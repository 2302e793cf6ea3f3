"""What paddle's kernels get wrong or cannot do, as rules; measured on paddle 3.3.1, CPU."""
