"""A site under load while its members, its child processes and its clients fail, its file changes, it is restarted and
steered. What is right is checked all the time (clients.py), and when it is quiet again (verdict.py)."""
