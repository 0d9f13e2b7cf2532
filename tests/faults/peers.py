"""Other proxies, with settings that their manuals recommend, and the same time-outs as mod_wlm."""

PEERS = []
