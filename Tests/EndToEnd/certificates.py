"""Certificates made with the `openssl` command: authorities, and what they signed."""

import pathlib
import subprocess

from waiting import PATIENCE

_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Certificates:
    """Files NAME.crt and NAME.key in a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def certificate(self, name):
        return str(self.folder / f"{name}.crt")

    def key(self, name):
        return str(self.folder / f"{name}.key")

    def make_authority(self, name):
        files = ["-keyout", self.key(name), "-out", self.certificate(name)]
        self._openssl("req", "-x509", *_NEW_KEY, *files, "-subj", f"/CN={name}", "-days", "2")

    def make(self, name, authority, host="localhost", days=2):
        """Signed by an authority, for a host; `days=-1` is one that has expired."""
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{host}\n")
        self._openssl("req", "-new", *_NEW_KEY, "-keyout", self.key(name), "-out", str(request), "-subj", f"/CN={name}")
        signer = ["-CA", self.certificate(authority), "-CAkey", self.key(authority), "-CAcreateserial"]
        files = ["-in", str(request), "-extfile", str(extensions), "-out", self.certificate(name)]
        self._openssl("x509", "-req", *signer, *files, "-days", str(days))

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=PATIENCE)
