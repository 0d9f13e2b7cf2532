"""What a fault of a member costs the clients, measured: tests/measure/run faults; the results are in docs/failover.md.

One measurement is a cell (cell.py): a fault (fault_list.py) of one of two members, a kind of request (kinds.py), and a
system that stands between clients and members (systems.py, peers.py; common/). The members are real ones or those of faulty.py;
load.py drives the clients, which are wire.py (HTTP/1.1) and h2client.py (HTTP/2). The figures are written by table.py.
isolation.py measures the other side: what a member that hangs costs the requests for the others.
"""
DELAY_MS = 200       # a member's time for an answer
CLIENT_TIMEOUT = 12.0      # a client's, for a complete answer
