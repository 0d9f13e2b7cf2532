"""Large configurations of other balancers, for wlmcfg import."""
BALANCERS = ("lba", "lbb")     # rules go to them by turns: those of one alone are not compared


def of_mod_jk(folder, workers, patterns):
    """So many members in each balancer."""
    names = {lb: [f"{lb}{i}" for i in range(workers)] for lb in BALANCERS}
    lines = [f"worker.list={','.join(names)}"]
    for lb, own in names.items():
        lines += [f"worker.{lb}.type=lb", f"worker.{lb}.balance_workers={','.join(own)}"]
        lines += [f"worker.{name}.{key}" for i, name in enumerate(own)
                  for key in ("type=ajp13", f"host=10.{i >> 16}.{i >> 8 & 255}.{i & 255}", "port=8009", f"distance={workers - i}")]
    (folder / "workers.properties").write_text("\n".join(lines) + "\n")
    (folder / "uriworkermap.properties").write_text("".join(f"{uri}={BALANCERS[i % 2]}\n" for i, uri in enumerate(patterns)))
    return ["mod_jk", folder / "workers.properties", folder / "uriworkermap.properties"]


def of_httpd(folder, members, passes, hosts=0):
    """passes: lines that take the name of a balancer; of each host, or of the main server."""
    lines = []
    for lb in BALANCERS:
        urls = [f"http://10.{i >> 16}.{i >> 8 & 255}.{i & 255}:8080" for i in range(members)]
        lines += [f"<Proxy balancer://{lb}>", *(f"BalancerMember {url}" for url in urls), "</Proxy>"]
        lines += [f"ProxySet {url} timeout=5" for url in urls if lb == BALANCERS[0]]
    for i in range(hosts):
        lines += ["<VirtualHost *:80>", f"ServerName www{i}.example"]
        lines += [line.format(BALANCERS[i % 2]) for line in passes] + ["</VirtualHost>"]
    if not hosts:
        lines += [line.format(BALANCERS[i % 2]) for i, line in enumerate(passes)]
    (folder / "httpd.conf").write_text("\n".join(lines) + "\n")
    return ["mod_proxy_balancer", folder / "httpd.conf"]


def of_tomcat(folder, contexts, hosts=1):
    own = "".join(f'<Context path="/app{i}"/>' for i in range(contexts))
    text = "\n".join(f'<Host name="www{i}.example">{own}</Host>' for i in range(hosts))
    (folder / "server.xml").write_text(f'<Server><Service name="s"><Connector port="8080"/><Engine name="e" jvmRoute="a">{text}'
                                       "</Engine></Service></Server>")
    return ["tomcat", folder / "server.xml"]


def imports_of(shape, n, folder):
    """Arguments by name: what there is of this shape in each format."""
    pass_of = "ProxyPass /app{0}/shop balancer://{{}}/app{0}/shop"
    calls = {
        "URIs": lambda: [of_mod_jk(folder, 2, [f"/app{i}/shop/*" for i in range(n)]),
                         of_httpd(folder, 2, [pass_of.format(i) for i in range(n)]), of_tomcat(folder, n)],
        "URIs with a star inside": lambda: [
            of_mod_jk(folder, 2, [f"/app*/{i}/shop/*" for i in range(n)]),
            of_httpd(folder, 2, [f"ProxyPassMatch ^(/app.*/{i}/shop/.*)$ balancer://{{}}$1" for i in range(n)])],
        "members": lambda: [of_mod_jk(folder, n // 2, ["/*"]), of_httpd(folder, n // 2, [pass_of.format(0)])],
        "virtual hosts": lambda: [of_httpd(folder, 2, [pass_of.format(0)], n), of_tomcat(folder, 1, n)],
    }
    return {f"import {call[0]}": ["import", *call] for call in calls[shape]()}
