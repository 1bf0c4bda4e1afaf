"""A certificate authority of this installation's own, and the certificate with which the door proves who it is."""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFE, SERVER_LIFE, RENEW_BEFORE = timedelta(days=3650), timedelta(days=365), timedelta(days=30)
FOLDER = "tls"


def authority(var: Path) -> bytes:
    """The authority's certificate in PEM, made on the first call."""
    folder = var / FOLDER
    if not (folder / "ca.crt").exists():
        key = ec.generate_private_key(ec.SECP256R1())
        builder = begun("podlab-ca", "podlab-ca", key, AUTHORITY_LIFE)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage(sign=True), critical=True)
        keep(folder, "ca", key, builder.sign(key, hashes.SHA256()))
    return (folder / "ca.crt").read_bytes()


def server(var: Path, hosts: list[str]) -> tuple[Path, Path]:
    """The files of key and certificate for *hosts*; made anew when the names are others or the time is nearly over."""
    folder = var / FOLDER
    authority(var)
    key_file, certificate_file = folder / "server.key", folder / "server.crt"
    if not certificate_file.exists() or not good(certificate_file, hosts):
        issue(folder, hosts)
    return key_file, certificate_file


def good(file: Path, hosts: list[str]) -> bool:
    """Whether a certificate still serves."""
    found = x509.load_pem_x509_certificate(file.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names == alternative(hosts) and found.not_valid_after_utc - RENEW_BEFORE > datetime.now(UTC)


def issue(folder: Path, hosts: list[str]) -> None:
    """A new key and certificate for *hosts*."""
    parent = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(parent, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = begun("podlab", "podlab-ca", key, SERVER_LIFE)
    builder = builder.add_extension(alternative(hosts), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(usage(sign=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    issuer = x509.SubjectKeyIdentifier.from_public_key(parent.public_key())
    known = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer)
    builder = builder.add_extension(known, critical=False)
    keep(folder, "server", key, builder.sign(parent, hashes.SHA256()))


def begun(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, life: timedelta) -> x509.CertificateBuilder:
    """What every certificate has."""
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(issuer))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + life)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def named(text: str) -> x509.Name:
    """A name with one part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(*, sign: bool) -> x509.KeyUsage:
    """What the key is for: signing certificates, or TLS."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign,
        crl_sign=sign,
        encipher_only=False,
        decipher_only=False,
    )


def alternative(hosts: list[str]) -> x509.SubjectAlternativeName:
    """The names and addresses for which a certificate holds."""
    return x509.SubjectAlternativeName([general(host.strip("[]")) for host in dict.fromkeys(hosts)])


def general(host: str) -> x509.GeneralName:
    """A name or an address."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(f"*{host}" if host.startswith(".") else host)


def keep(folder: Path, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    """Write key and certificate; the key is readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    form = serialization.PrivateFormat.PKCS8
    text = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    handle = os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(text)
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
