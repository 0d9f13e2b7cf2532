"""What is measured."""
import dataclasses

from .httpd_systems import Floor, ModJk, ModProxyBalancer, ModWlm
from .load import H2load, Wrk
from .member import nginx_members, tomcat_members
from .programs import HaProxy, Nginx
from .systems import Direct, Setup

SYSTEMS = [ModWlm("mod_wlm", "On"), ModWlm("mod_wlm_threads", "Off"), ModProxyBalancer("mod_proxy_balancer"),
           ModJk("mod_jk"), Nginx("nginx"), HaProxy("haproxy"), Floor("floor"), Direct("direct")]

HTTPDS = ("mod_wlm", "mod_proxy_balancer")
PROXIES = (*HTTPDS, "nginx", "haproxy")
DRIVERS = ("mod_wlm_threads", *PROXIES) # where it matters whether a request that waits holds a thread
ALL = (*DRIVERS, "floor", "direct")


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    text: str
    points: dict                   # label: (Setup, load)
    systems: tuple                 # names
    members: object = nginx_members


def one(load, **setup):
    return {"": (Setup(**setup), load)}


def several(values, load=Wrk()):
    return {label: (setup, load) for label, setup in values.items()}


AFFINITIES = {"none": "", "Cookie": "Cookie WLMID", "Wrap": "Wrap header:Mcp-Session-Id",
              "Learn": "Learn header:Mcp-Session-Id"}


def with_uris(members, uris):
    return Setup(members, uris), Wrk(("uris", str(uris)))


CASES = [
    Case("small", "GET, a response of 103 bytes, 64 clients, 2 members", one(Wrk()), ALL),
    Case("64k", "GET, a response of 64 KiB, 64 clients", one(Wrk(("get", "/app/64k"))), ALL),
    Case("1m", "GET, a response of 1 MiB, 64 clients", one(Wrk(("get", "/app/1m"))), ALL),
    Case("4m", "GET, a response of 4 MiB, 64 clients", one(Wrk(("get", "/app/4m"))), HTTPDS),
    Case("post", "POST of 64 KiB, 64 clients", one(Wrk(("post", "/app/post", str(2 ** 16)))), (*DRIVERS, "direct")),
    Case("slow", "GET, of which 5 % take 100 ms, 64 clients", one(Wrk(("mixed", "/app/small", "/app/slow", "20"))),
         PROXIES),
    Case("clients", "small GET, as the clients become more",
         {f"{n} client{'s' if n > 1 else ''}": (Setup(threads=max(80, n + 16)), Wrk(clients=n)) for n in (1, 16, 128)},
         DRIVERS),
    Case("newconn", "GET, a new connection for each request, 64 clients", one(Wrk(("once", "/app/small"))), ALL),
    Case("tls", "GET by https, HTTP/1.1, 64 clients", one(Wrk(), tls=True), (*DRIVERS, "floor")),
    Case("h2", "GET by https, HTTP/2, 16 clients with 4 streams each (h2load)", one(H2load(), tls=True),
         (*DRIVERS, "floor")),
    Case("members", "small GET, as the members become more",
         several({f"{n} members": Setup(members=n) for n in (2, 16, 256, 1000)}), PROXIES),
    Case("uris", "small GET, as the URIs become more (ProxyPass: one for each)",
         {f"{m} members, {u} URIs": with_uris(m, u) for m, u in ((2, 10), (2, 1000), (2, 10000), (1000, 10000))}, HTTPDS),
    Case("children", "small GET, as httpd's children become more",
         several({f"ServerLimit {n}": Setup(children=n) for n in (1, 4, 16)}), HTTPDS),
    Case("mpm", "small GET, by httpd's MPM", several({mpm: Setup(mpm=mpm) for mpm in ("event", "worker")}),
         (*HTTPDS, "floor")),
    Case("down", "small GET, two members are there and one is not", one(Wrk(), one_down=True), PROXIES),
    Case("sticky", "small GET, without and with sessions, 16 members",
         {"no sessions": (Setup(members=16), Wrk()),
          "sessions": (Setup(members=16, sessions=True), Wrk(("session", "/app/session", "{clone_ids}")))}, HTTPDS),
    Case("affinity", "small GET, as WLMAffinity keeps sessions; each response names its session",
         {way: (Setup(sessions=bool(words), affinity=words), Wrk(("fields", "/app/named", "{sessions}")))
          for way, words in AFFINITIES.items()}, ("mod_wlm",)),
    Case("tomcat", "GET of a JSP, 64 clients, 2 Tomcats", one(Wrk(("get", "/app/small.jsp"))),
         ("mod_wlm", "mod_proxy_balancer", "mod_jk", "direct"), tomcat_members),
]
