"""Training of the product detector: cut-outs, scenes with exact boxes, the network and its run."""
