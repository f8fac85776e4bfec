"""A feed in, an index out: the command line, feed readers, the run, the evaluation."""
