"""What can be agreed: the deal space, its frontier, solutions, prices, reasons, and whether it holds.

Reads MODEL section 4. Given payoffs, this room compares packages; where the payoffs come from is the
business of `case`, `contribution` and `beliefs`.
"""
