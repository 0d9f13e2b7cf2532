"""Certificates made for a test, by the openssl command, and members that speak TLS."""
import contextlib
import datetime
import ssl
import subprocess

from . import config_value
from .members import Connection, ScriptedMember


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)


class Authority:
    """Signs certificates; all files lie in one folder: NAME.pem, NAME.key, and both together in NAME.both. The extensions are
    those that a strict reader of RFC 5280, such as Python 3.13, requires."""

    def __init__(self, folder, name="ca"):
        self.folder, self.name = folder, name
        openssl("req", "-x509", *self._new_key(name), "-subj", f"/CN={name}", "-days", 30, "-out", self.file(name),
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self.file(name, "index").touch()
        self.file(name, "conf").write_text(
            f"[ca]\ndefault_ca = this\n[this]\ndatabase = {self.file(name, 'index')}\nnew_certs_dir = {folder}\n"
            f"certificate = {self.pem}\nprivate_key = {self.file(name, 'key')}\nrand_serial = yes\ndefault_md = sha256\n"
            "unique_subject = no\npolicy = any\n[any]\ncommonName = supplied\n")

    def file(self, name, ending="pem"):
        return self.folder / f"{name}.{ending}"

    @property
    def pem(self):
        return self.file(self.name)

    def _new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.file(name, "key")]

    def sign(self, name, names="DNS:localhost,IP:127.0.0.1", days=300):
        """A certificate for these names (None: it has only its subject's), which ends so many days from now (or before it).
        @return its file, with the key"""
        today = datetime.datetime.now(datetime.timezone.utc)
        begin, end = (f"{today + datetime.timedelta(d):%Y%m%d%H%M%SZ}" for d in (min(days, 0) - 1, days))
        openssl("req", *self._new_key(name), "-subj", f"/CN={name}", "-out", self.file(name, "csr"))
        alternative = f"subjectAltName={names}\n" if names else ""
        self.file(name, "ext").write_text(f"{alternative}authorityKeyIdentifier=keyid\n")
        openssl("ca", "-batch", "-notext", "-config", self.file(self.name, "conf"), "-startdate", begin, "-enddate", end,
                "-in", self.file(name, "csr"), "-extfile", self.file(name, "ext"), "-out", self.file(name))
        return self._both(name)

    def self_signed(self, name, names="DNS:localhost,IP:127.0.0.1"):
        openssl("req", "-x509", *self._new_key(name), "-subj", f"/CN={name}", "-days", 300, "-out", self.file(name),
                "-addext", f"subjectAltName={names}")
        return self._both(name)

    def _both(self, name):
        both = self.file(name, "both")
        both.write_text(self.file(name).read_text() + self.file(name, "key").read_text())
        for file in self.folder.iterdir():
            file.chmod(0o644)  # httpd's children run as another user
        return both


def server_context(both, client_ca=None, version=None):
    """For a member with this certificate; client_ca: it requires client certificates that this authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if version:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    context.load_cert_chain(both)
    context.set_alpn_protocols(["http/1.1"])
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


class TlsMember(ScriptedMember):
    """script(connection) runs behind TLS; .seen has an SSLSocket for each handshake that was complete,
    .resumed: whether each has resumed a session."""

    def __init__(self, name, script, context):
        self.context, self.seen, self.resumed, self.names, self.failed = context, [], [], [], []
        context.sni_callback = lambda sock, name, _: self.names.append(name)
        super().__init__(name, script)

    def _run(self, sock):
        try:
            tls = self.context.wrap_socket(sock, server_side=True)
        except OSError as e:
            self.failed.append(e)
            self.open.discard(sock)
            sock.close()
            return
        self.seen.append(tls)
        self.resumed.append(tls.session_reused)
        self.open.discard(sock)
        self.open.add(tls)
        super()._run(tls)


def goodbye(c):
    """With TLS: close_notify, and that of the other side."""
    if isinstance(c.sock, ssl.SSLSocket):
        with contextlib.suppress(ValueError):  # the test is over
            c.sock.unwrap()


def answers(c: Connection):
    """Every request gets its method, the length of its body, and the member's name; the goodbye is proper."""
    while head := c.read_head():
        method = head.split(b" ", 1)[0].decode()
        body = c.read_body(head)
        c.send(b"HTTP/1.1 200 OK\r\nX-Member: %s\r\nContent-Length: %d\r\n\r\n%s" % (
            c.member.name.encode(), len(f"{method} {len(body)}"), f"{method} {len(body)}".encode()))
    goodbye(c)


def https_site(port, both, more=""):
    """httpd's configuration for clients that come by https. both: certificate and key"""
    return f"""LoadModule ssl_module {config_value("HTTPD_LIBEXECDIR")}/mod_ssl.so
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
SSLEngine on
SSLCertificateFile {both}
{more}
</VirtualHost>
"""
