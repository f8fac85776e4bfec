"""The ranking core: sources → merge → hydrator → filters → scorers → selector."""
