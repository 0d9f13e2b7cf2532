"""A bench for messages that two parties could read in two ways: raw bytes from a client and from a member. The proxy
between them must refuse what is ambiguous, and must never read a part of one message as another one.

The tables are responses.py and requests.py: each row names its section of RFC 9110 or RFC 9112, and the result that is wanted.
bench.py plays a row and returns what the client got, what the member saw, and whether the connection was used again;
verdict.py compares that with what was expected. tests/http/test_800_framing.py holds mod_wlm to every row;
tests/measure/run framing plays the same rows with other proxies, too, and writes what differs into docs/security.md.
"""
