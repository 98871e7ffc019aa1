"""What the vectors of rawhdf5 are made of; `assemble.py` beside this folder writes them."""
