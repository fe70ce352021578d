"""Passwords and TLS with client certificates; what is wrong is told in words."""

import subprocess

import pytest

from broker import Broker, free_port
from certificates import Certificates
from daemon import run_to_end
from waiting import PATIENCE, until


def wait_told(one, text):
    """Waits until the daemon's log says so."""
    until(lambda: text in one.stderr, f"`{text}` in the log; it says:\n{one.stderr}")


@pytest.fixture
def guarded(tmp_path):
    """A broker that lets only kim in."""
    passwords = tmp_path / "passwords"
    made = ["mosquitto_passwd", "-b", "-c", str(passwords), "kim", "s3cret"]
    subprocess.run(made, check=True, capture_output=True, timeout=PATIENCE)
    # The last word on a global option counts.
    one = Broker(tmp_path / "guarded", f"allow_anonymous false\npassword_file {passwords}").start()
    yield one
    one.stop()


@pytest.mark.parametrize("place", ["option", "URL"])
def test_password_from_a_file(daemon, guarded, tmp_path, place):
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    user = ["--mqtt-user", "kim"] if place == "option" else []
    url = guarded.url if place == "option" else guarded.url.replace("://", "://kim@")
    one = daemon("--mqtt", url, *user, "--mqtt-password-file", str(secret))
    guarded.wait_subscriber()
    guarded.publish("machines/m/rpm", "1", "-u", "kim", "-P", "s3cret")
    one.wait_seq("m", 1)
    assert "s3cret" not in one.stderr


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_wrong_password_is_told(daemon, guarded, tmp_path, version):
    secret = tmp_path / "secret"
    secret.write_text("gue55\n")
    options = ["--mqtt-user", "kim", "--mqtt-password-file", str(secret), "--mqtt-version", version]
    one = daemon("--mqtt", guarded.url, *options)
    wait_told(one, "not authorised")
    assert "gue55" not in one.stderr
    assert one.get("/healthz").status_code == 200


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    made = Certificates(tmp_path_factory.mktemp("certificates"))
    for authority in ("ca", "other"):
        made.make_authority(authority)
    made.make("broker", "ca")
    made.make("elsewhere", "ca", host="broker.example")
    made.make("client", "ca")
    made.make("expired", "ca", days=-1)
    made.make("stranger", "other")
    return made


class SecureBroker(Broker):
    """Wants client certificates on ports of its own: `tls` and, with a certificate for another host, `elsewhere`."""

    def __init__(self, folder, certificates):
        self.tls, self.elsewhere = free_port(), free_port()
        listeners = [
            f"listener {port} 127.0.0.1\ncafile {certificates.certificate('ca')}\n"
            f"certfile {certificates.certificate(name)}\nkeyfile {certificates.key(name)}\nrequire_certificate true"
            for port, name in [(self.tls, "broker"), (self.elsewhere, "elsewhere")]
        ]
        super().__init__(folder, "\n".join(listeners))


@pytest.fixture
def secure(tmp_path, certificates):
    one = SecureBroker(tmp_path / "secure", certificates).start()
    yield one
    one.stop()


def tls_options(certificates, authority, client):
    options = ["--mqtt-ca", certificates.certificate(authority)] if authority else []
    if client:
        options += ["--mqtt-cert", certificates.certificate(client), "--mqtt-key", certificates.key(client)]
    return options


def test_tls_with_a_client_certificate(daemon, secure, certificates):
    one = daemon("--mqtt", f"mqtts://localhost:{secure.tls}", *tls_options(certificates, "ca", "client"))
    secure.wait_subscriber()
    secure.publish("machines/m/rpm", "1")
    one.wait_seq("m", 1)


@pytest.mark.parametrize(
    "listener, authority, client, told",
    [
        ("tls", "other", "client", "signed by an unknown authority"),
        ("tls", None, None, "signed by an unknown authority"),
        ("elsewhere", "ca", "client", "for another host than the one in --mqtt"),
        ("tls", "ca", "expired", "our certificate (--mqtt-cert) has expired"),
        ("tls", "ca", "stranger", "does not know the authority that signed our certificate"),
        ("tls", "ca", None, "wants a client certificate: --mqtt-cert and --mqtt-key"),
    ],
)
def test_a_wrong_certificate_is_told(daemon, secure, certificates, listener, authority, client, told):
    port = getattr(secure, listener)
    one = daemon("--mqtt", f"mqtts://localhost:{port}", *tls_options(certificates, authority, client))
    wait_told(one, told)
    assert one.get("/readyz").status_code == 503


def test_the_end_is_orderly_in_the_middle_of_a_handshake(daemon, secure):
    # The thread that shakes hands is not waited for, and must not be disturbed: this once crashed in one end of four.
    # `stop` looks at the exit code.
    for _ in range(10):
        daemon("--mqtt", f"mqtts://localhost:{secure.tls}").stop()


def test_files_that_cannot_be_used_are_told_at_once(certificates, tmp_path):
    url = "mqtts://localhost:1"
    cases = [
        (["--mqtt-ca", str(tmp_path / "none.crt")], "--mqtt-ca"),
        (["--mqtt-ca", certificates.key("ca")], "--mqtt-ca"),
        (["--mqtt-cert", certificates.certificate("client")], "--mqtt-cert"),
        (["--mqtt-user", "kim", "--mqtt-password-file", str(tmp_path / "none")], "--mqtt-password-file"),
    ]
    for options, named in cases:
        ended = run_to_end("--mqtt", url, "--port", "0", "--database", str(tmp_path / "t.sqlite"), *options)
        assert ended.returncode in (1, 64), ended.stderr
        assert named in ended.stderr, ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
