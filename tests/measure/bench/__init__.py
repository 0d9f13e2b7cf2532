"""What a request costs, compared: make bench; the results are in docs/performance.md.

A case (cases.py) is a load (load.py) and one or several setups. Every system (systems.py) stands with each setup between
the load and the members (member.py); all of them are there at the same time and get the load in turn, round by round
(rounds.py), so that what disturbs the machine disturbs all. What counts first is the CPU time of a proxy's whole process
tree for each request (cost.py), as a ratio to another system of the same round.
"""
