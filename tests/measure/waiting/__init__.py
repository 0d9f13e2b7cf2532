"""What requests that wait cost the others, measured: make waiting; the results are in docs/performance.md.

Six cases (hang.py, websockets.py, leaving.py, burst.py, restart.py, parked.py), each with every system (systems.py) that it
applies to: an httpd of its own with few threads, members that are one process each (member.py), and all clients in this
process (client.py). One system is measured at a time. Counts come first: what was answered, what failed, what is still in
flight; times and memory follow.
"""
