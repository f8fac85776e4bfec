"""A small studio in numpy: shapes, patterns, light and the demo shop's assortment."""
