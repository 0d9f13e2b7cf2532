"""A site under load while its members, its child processes and its clients fail, its file changes, it is restarted and
steered. Answers are checked all the time (clients.py), the state of the site when it is quiet again (verdict.py)."""
