"""A generated plugin-cfg.xml as it is, with the members of a test in it."""
import copy
import xml.etree.ElementTree as ET

from . import ROOT

DROP_IN = ROOT / "tests" / "data" / "drop-in.xml"


def drop_in(path, members):
    """Its text: all attributes stay, such as PostBufferSize and ServerIOTimeout. The servers of the first cluster that has a
    route are these members, that route's first Uri is /app/*, and each virtual host is one of every port."""
    root = ET.parse(path).getroot()
    route = root.find("Route")
    for host in root.iter("VirtualHost"):
        host.set("Name", "*:*")
    root.find(f"UriGroup[@Name='{route.get('UriGroup')}']/Uri").set("Name", "/app/*")
    _put_members(root.find(f"ServerCluster[@Name='{route.get('ServerCluster')}']"), members)
    return ET.tostring(root, encoding="unicode")


def _put_members(cluster, members):
    servers = cluster.findall("Server")
    for server in servers:
        cluster.remove(server)
    for place, member in enumerate(members):
        server = copy.deepcopy(servers[0])
        server.set("Name", member.name)
        server.set("CloneID", member.name)
        http = server.find("Transport[@Protocol='http']")
        http.set("Hostname", "127.0.0.1")
        http.set("Port", str(member.port))
        cluster.insert(place, server)
    for tier in (cluster.find("PrimaryServers"), cluster.find("BackupServers")):
        for server in list(tier if tier is not None else ()):
            tier.remove(server)
        for member in members if tier is not None and tier.tag == "PrimaryServers" else ():
            ET.SubElement(tier, "Server", Name=member.name)
