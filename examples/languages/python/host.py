"""A host written from docs/protocol/smallest-host.md: host.py [--auto-mtls] plugin [arguments]. It greets twice."""

import itertools
import os
import queue
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
from concurrent import futures

import grpc
from google.protobuf import empty_pb2

import greeter_pb2
import greeter_pb2_grpc
import plugin_pb2
import plugin_pb2_grpc
from tls import Bridges, Identity, pem_of

VERSIONS = [1]
OPTIONAL = ["CLIENT_CERT", "MULTIPLEX_GRPC", "UNIX_SOCKET_DIR", "UNIX_SOCKET_GROUP"]


def environment(certificate):
    """CK-1, ENV-1 to ENV-5."""
    inherited = {k: v for k, v in os.environ.items() if k not in [f"PLUGIN_{name}" for name in OPTIONAL]}
    return {
        **inherited,
        "GREETER_LOGGER_PLUGIN": "hello",
        "PLUGIN_PROTOCOL_VERSIONS": ",".join(map(str, VERSIONS)),
        "PLUGIN_MIN_PORT": "10000",
        "PLUGIN_MAX_PORT": "25000",
        **({"PLUGIN_CLIENT_CERT": certificate} if certificate else {}),
    }


def first_line(process):
    """HS-29 to HS-31, and OUT-1: stdout is read to its end."""
    lines = queue.Queue()

    def read():
        lines.put(process.stdout.readline(1 << 16))
        while process.stdout.read(1 << 16):
            pass

    threading.Thread(target=read, daemon=True).start()
    try:
        return lines.get(timeout=60).decode(errors="replace")
    except queue.Empty:
        raise RuntimeError("the plugin printed no handshake line within 60 s") from None


def parse(line):
    """HS-20 to HS-27, HS-32."""
    fields = line.strip().split("|")
    if len(fields) < 4:
        raise RuntimeError(f"not a handshake line: {line!r}")
    core, version, network, address, protocol, certificate = (fields + ["netrpc", ""][len(fields) - 4 :] + [""])[:6]
    if core != "1":
        raise RuntimeError(f"core version 1 is needed, the plugin has {core}")
    if version not in map(str, VERSIONS):
        raise RuntimeError(f"this host has the versions {VERSIONS}, the plugin has {version}")
    if network not in ("unix", "tcp"):
        raise RuntimeError(f"unix or tcp is needed, the plugin listens on {network}")
    if protocol != "grpc":
        raise RuntimeError(f"grpc is needed, the plugin speaks {protocol}")
    return network, address, certificate if len(certificate) > 50 else ""


class Broker:
    """BRK-1 to BRK-4, BRK-9."""

    def __init__(self, channel, serve_tls):
        self._infos = queue.Queue()
        self._ids = itertools.count(1)
        self._serve_tls = serve_tls
        self._directory = tempfile.TemporaryDirectory(prefix="plugin-host")
        stream = plugin_pb2_grpc.GRPCBrokerStub(channel).StartStream(iter(self._infos.get, None))
        threading.Thread(target=_drain, args=[stream], daemon=True).start()

    def close(self):
        self._directory.cleanup()

    def serve(self, add):
        service_id = next(self._ids)
        path = os.path.join(self._directory.name, str(service_id))
        server = grpc.server(futures.ThreadPoolExecutor())
        add(server)
        if self._serve_tls:
            bridges, context = self._serve_tls
            plain = bridges.plain_path()
            server.add_insecure_port(f"unix:{plain}")
            server.start()
            bridges.accept_tls(path, context, plain)
        else:
            server.add_insecure_port(f"unix:{path}")
            server.start()
        self._infos.put(plugin_pb2.ConnInfo(service_id=service_id, network="unix", address=path))
        return service_id, server


def _drain(stream):
    try:
        for _ in stream:
            pass
    except grpc.RpcError:  # GRPC-10: it may be UNIMPLEMENTED
        pass


def copy_output(channel):
    """OUT-6, OUT-7."""
    outputs = {plugin_pb2.StdioData.STDOUT: sys.stdout, plugin_pb2.StdioData.STDERR: sys.stderr}
    try:
        for chunk in plugin_pb2_grpc.GRPCStdioStub(channel).StreamStdio(empty_pb2.Empty()):
            if chunk.channel in outputs:
                outputs[chunk.channel].write(chunk.data.decode(errors="replace"))
    except grpc.RpcError:
        pass


def log_errors(process):
    """OUT-2. A real host would parse the log entries."""
    for line in process.stderr:
        if os.environ.get("PLUGIN_LOG"):
            sys.stderr.buffer.write(line)


class Logger(greeter_pb2_grpc.LoggerServicer):
    def Log(self, request, context):
        print(f"plugin: {request.message}", flush=True)
        return greeter_pb2.LogResponse()


def greet_twice(channel, broker):
    greeter = greeter_pb2_grpc.GreeterStub(channel)
    for name in ["Ada", "Grace"]:
        service_id, server = broker.serve(lambda server: greeter_pb2_grpc.add_LoggerServicer_to_server(Logger(), server))
        response = greeter.Greet(greeter_pb2.GreetRequest(name=name, logger_id=service_id), timeout=20)
        print(response.greeting, flush=True)
        server.stop(0)


def run(command, identity):
    os.umask(0o077)
    process = subprocess.Popen(
        command, env=environment(identity and identity.pem), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    threading.Thread(target=log_errors, args=[process], daemon=True).start()
    channel = bridges = broker = None
    try:
        network, address, certificate = parse(first_line(process))
        serve_tls = None
        if identity:
            if not certificate:
                raise RuntimeError("the plugin does not speak TLS")  # TLS-13
            if network != "unix":
                raise RuntimeError("this example speaks TLS over unix sockets alone")
            bridges, plugin_pem = Bridges(), pem_of(certificate)
            address = bridges.dial_tls(address, identity.context(ssl.PROTOCOL_TLS_CLIENT, plugin_pem))
            serve_tls = bridges, identity.context(ssl.PROTOCOL_TLS_SERVER, plugin_pem)
        target = f"unix:{address}" if network == "unix" else address
        options = [("grpc.default_authority", "localhost"), ("grpc.max_receive_message_length", -1)]  # GRPC-5, GRPC-12
        channel = grpc.insecure_channel(target, options=options)
        threading.Thread(target=copy_output, args=[channel], daemon=True).start()
        broker = Broker(channel, serve_tls)
        greet_twice(channel, broker)
    finally:
        end(process, channel)
        for owner in filter(None, [bridges, broker]):
            owner.close()


def end(process, channel):
    """END-3 to END-6."""
    if channel:
        try:
            plugin_pb2_grpc.GRPCControllerStub(channel).Shutdown(plugin_pb2.Empty(), timeout=2)
        except grpc.RpcError:
            pass
        channel.close()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            pass
    if process.poll() is None:  # HS-28
        process.send_signal(signal.SIGKILL)
        process.wait()


def main():
    arguments = sys.argv[1:]
    identity = None
    if arguments[:1] == ["--auto-mtls"]:
        arguments, identity = arguments[1:], Identity()
    if not arguments:
        sys.exit("usage: host.py [--auto-mtls] plugin [arguments]")
    code = 0
    try:
        run(arguments, identity)
    except (RuntimeError, OSError, grpc.RpcError) as error:
        print(error, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    os._exit(code)


main()
