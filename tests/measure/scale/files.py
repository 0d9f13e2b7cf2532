"""Files of any size: many URIs, members, virtual hosts, or URIs with a * inside."""
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

URIS_OF_A_ROUTE = 50       # in each of the groups of a file with many
PORT = 9080


def members(n, prefix="m", port=PORT):
    """Of a cluster; each has an address of its own."""
    return [(f"{prefix}{i}", port, {"host": f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}", "CloneID": f"{prefix}{i}"}) for i in range(n)]


def many_uris(n, pattern="/app{}/shop/*", port=PORT, **config):
    """In so many routes, all to a cluster of two members."""
    uris = [pattern.format(i) for i in range(n)]
    routes = [Route("c", uris[i:i + URIS_OF_A_ROUTE]) for i in range(0, n, URIS_OF_A_ROUTE)]
    return plugin_cfg(Cluster("c", members(2, port=port)), routes=routes, **config)


def many_stars(n, **config):
    return many_uris(n, "/app*/{}/shop/*", **config)


def many_members(n, **config):
    return plugin_cfg(Cluster("c", members(n)), **config)


def many_hosts(n, **config):
    """A route each, with a URI of its own."""
    routes = [Route("c", [f"/app{i}/*"], [f"www{i}.example:443"]) for i in range(n)]
    return plugin_cfg(Cluster("c", members(2)), routes=routes, **config)


SHAPES = {"URIs": (many_uris, 100_000), "URIs with a star inside": (many_stars, 10_000), "members": (many_members, 20_000),
          "virtual hosts": (many_hosts, 10_000)}


def sizes_to(largest):
    """The first is what is there at any size."""
    return [10, largest // 100, largest // 10, largest]
