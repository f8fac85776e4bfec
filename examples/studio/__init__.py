"""The demo shop's photo studio: parametric products, rendered with Blender's Cycles."""
