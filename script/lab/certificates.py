"""A certificate authority of a moment, and what it signs."""
from .process import find_program, run


def make_certificates(folder, name, host, days):
    """A CA and a certificate for `host` that ends in `days`; (CA file, chain file, key file)."""
    openssl = find_program("openssl", "openssl")
    ca, ca_key = folder / f"{name}-ca.pem", folder / f"{name}-ca.key"
    own, key, request = (folder / f"{name}.{kind}" for kind in ("pem", "key", "csr"))
    run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "100",
         "-subj", f"/CN={name} CA", "-keyout", ca_key, "-out", ca], check=True)
    run([openssl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={host}",
         "-keyout", key, "-out", request], check=True)
    extensions = folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName=DNS:{host}\n")
    run([openssl, "x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", str(days),
         "-extfile", extensions, "-out", own], check=True)
    return ca, own, key
