"""plugin-cfg.xml files from Python values."""
import pathlib
from xml.sax.saxutils import quoteattr


def attributes(values):
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items())


class Cluster:
    """servers: list of (name, port, attributes); attributes may have "host", and "https", the port of a second transport, with
    "properties" of that, and "ttl", the transports' ConnectionTTL; port None: no first one; a path: a socket. Tiers by name, None: no such
    element."""

    def __init__(self, name, servers, primaries=None, backups=None, **attrs):
        self.name, self.servers, self.primaries, self.backups = name, servers, primaries, backups
        self.attrs = {"LoadBalance": "Round Robin", "RetryInterval": 60, "PostBufferSize": 64, **attrs}

    def xml(self):
        lines = [f"<ServerCluster Name={quoteattr(self.name)}{attributes(self.attrs)}>"]
        for name, port, attrs in self.servers:
            attrs = {"CloneID": name, "ConnectTimeout": 2, "ServerIOTimeout": 10, **attrs}
            where = {"Hostname": attrs.pop("host", "127.0.0.1")}
            if "ttl" in attrs:
                where["ConnectionTTL"] = attrs.pop("ttl")
            transports = self._transport(where, port, "http", {}) + self._transport(
                where, attrs.pop("https", None), "https", attrs.pop("properties", {}))
            attrs = {k: v for k, v in attrs.items() if v is not None}
            lines.append(f" <Server Name={quoteattr(name)}{attributes(attrs)}>"
                         f"{transports}</Server>")
        for element, names in (("PrimaryServers", self.primaries), ("BackupServers", self.backups)):
            if names is not None:
                refs = "".join(f"<Server Name={quoteattr(n)}/>" for n in names)
                lines.append(f" <{element}>{refs}</{element}>")
        return "\n".join(lines + ["</ServerCluster>"])

    @staticmethod
    def _transport(where, port, protocol, properties):
        if port is None:
            return ""
        if isinstance(port, pathlib.Path):
            where, port = {**where, "Hostname": f"unix:{port}"}, {}
        else:
            port = {"Port": port}
        inside = "".join(f"<Property Name={quoteattr(k)} Value={quoteattr(str(v))}/>" for k, v in properties.items())
        return (f"<Transport{attributes({**where, **port, 'Protocol': protocol})}"
                + (f">{inside}</Transport>" if inside else "/>"))


class Route:
    """hosts None: no VirtualHostGroup; uris: list of patterns or (pattern, attributes)."""

    def __init__(self, cluster, uris=("/app/*",), hosts=("*:*",)):
        self.cluster, self.uris, self.hosts = cluster, uris, hosts

    def xml(self, number):
        text, refs = "", f"ServerCluster={quoteattr(self.cluster)}"
        if self.hosts is not None:
            hosts = "".join(f"<VirtualHost Name={quoteattr(h)}/>" for h in self.hosts)
            text += f"<VirtualHostGroup Name=\"hosts{number}\">{hosts}</VirtualHostGroup>\n"
            refs += f" VirtualHostGroup=\"hosts{number}\""
        if self.uris is not None:
            uris = ""
            for uri in self.uris:
                pattern, attrs = uri if isinstance(uri, tuple) else (uri, {})
                uris += f"<Uri Name={quoteattr(pattern)}{attributes(attrs)}/>"
            text += f"<UriGroup Name=\"uris{number}\">{uris}</UriGroup>\n"
            refs += f" UriGroup=\"uris{number}\""
        return text + f"<Route {refs}/>\n"


def plugin_cfg(*clusters, routes=None, extra="", **config):
    """The text of a file; without routes every cluster gets one for /app/*. extra: further elements."""
    routes = [Route(c.name) for c in clusters] if routes is None else routes
    parts = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", f"<Config{attributes(config)}>"]
    parts += [c.xml() for c in clusters]
    parts += [r.xml(i) for i, r in enumerate(routes)]
    return "\n".join(parts + [extra, "</Config>\n"])
