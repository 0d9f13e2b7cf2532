"""Thousands of clients for a long time, while members die and come back, httpd restarts gracefully and its file changes: make
soak. Each connection is a coroutine (clients.py), what happens to the site is another few (actors.py). Figures are taken all the
time (figures.py). The verdict (verdict.py): is a request unanswered although a member lives, does anything grow, is anything left
when all clients have gone? With the engine; the members are those of waiting/.
"""
