"""detente beside other programs, on the same input in the same run: `./run compare`."""
