"""What it costs that several web servers share learned sessions, in Redis that is there, or is gone in one of several ways; and what
the table of them holds."""
