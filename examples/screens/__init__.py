"""Phone screens around pictures: what shoppers screenshot. Drawn with Pillow; the truth follows."""
