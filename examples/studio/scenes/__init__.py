"""Rooms and tables that were furnished for the demo's query pictures, one function each."""
