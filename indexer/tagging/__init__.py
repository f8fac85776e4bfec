"""Tags written offline by a language model: what waits for them, what they cost, the run."""
