"""AutoMTLS, ended in front of gRPC: grpcio's BoringSSL does not take the P-521 certificates of Go (rule TLS-8)."""

import asyncio
import base64
import datetime
import os
import ssl
import tempfile
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


class Identity:
    """A key and a certificate for this one start (rules TLS-2, TLS-10)."""

    def __init__(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        now = datetime.datetime.now(datetime.timezone.utc)
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(seconds=30))
            .not_valid_after(now + datetime.timedelta(days=10957))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .sign(key, hashes.SHA256())
        )
        self._key = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def pem(self):
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def line_field(self):
        """The sixth field: DER in base64 without padding (rule HS-9)."""
        der = self._certificate.public_bytes(serialization.Encoding.DER)
        return base64.b64encode(der).decode().rstrip("=")

    def context(self, protocol, other):
        """TLS that shows this certificate and trusts `other` alone, in PEM (rules TLS-4 to TLS-6, TLS-11, TLS-12)."""
        context = ssl.SSLContext(protocol)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=other)
        context.set_alpn_protocols(["h2"])
        # The module takes files alone; this one is gone as soon as it is read.
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.pem.encode() + self._key)
            file.flush()
            context.load_cert_chain(file.name)
        return context


def pem_of(line_field):
    """The certificate of a handshake line, in PEM."""
    der = base64.b64decode(line_field + "=" * (-len(line_field) % 4))
    return ssl.DER_cert_to_PEM_cert(der)


class Bridges:
    """Passes connections between a socket with TLS and one without, which is in a directory of this user alone."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="plugin-tls")
        self._loop = asyncio.new_event_loop()
        self._count = 0
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def close(self):
        self._directory.cleanup()

    def plain_path(self):
        self._count += 1
        return os.path.join(self._directory.name, str(self._count))

    def accept_tls(self, path, context, plain):
        """Listens at `path` with TLS; what comes goes on to the socket `plain`."""
        self._run(path, context, lambda: asyncio.open_unix_connection(plain))

    def dial_tls(self, path, context):
        """A socket without TLS whose connections go on to the one at `path`, with it."""
        plain = self.plain_path()
        dial = lambda: asyncio.open_unix_connection(path, ssl=context, server_hostname="localhost")
        self._run(plain, None, dial)
        return plain

    def _run(self, path, context, dial):
        async def connected(reader, writer):
            try:
                other_reader, other_writer = await dial()
            except OSError:
                writer.close()
                return
            await asyncio.gather(_copy(reader, other_writer), _copy(other_reader, writer))

        start = asyncio.start_unix_server(connected, path, ssl=context)
        asyncio.run_coroutine_threadsafe(start, self._loop).result()


async def _copy(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
