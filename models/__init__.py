"""Pixels or text in, plain values out: the models that ShopLens sees and reads with."""
