"""A plugin written from docs/protocol/smallest-plugin.md. The comments name the rules."""

import os
import sys

# HS-1, HS-12: the process's stdout is for the handshake line alone; everything else that is printed goes to stderr.
line_output = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
host = os.getppid()  # END-8: asked before the host can be gone

import queue
import shutil
import signal
import ssl
import tempfile
import threading
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

import greeter_pb2
import greeter_pb2_grpc
import plugin_pb2
import plugin_pb2_grpc
from tls import Bridges, Identity

VERSIONS = [1]
ended = threading.Event()


class Broker(plugin_pb2_grpc.GRPCBrokerServicer):
    """Remembers where the host serves what (GRPC-9, BRK-5, BRK-6, BRK-10)."""

    def __init__(self, dial):
        self._dial = dial
        self._infos = {}
        self._changed = threading.Condition()

    def StartStream(self, requests, context):
        for info in requests:
            with self._changed:
                self._infos.setdefault(info.service_id, info)
                self._changed.notify_all()
            threading.Timer(5, self._infos.pop, [info.service_id, None]).start()
        yield from ()

    def connect(self, service_id):
        with self._changed:
            if not self._changed.wait_for(lambda: service_id in self._infos, timeout=5):
                raise TimeoutError(f"nobody serves id {service_id}")
            info = self._infos.pop(service_id)  # BRK-7
        return grpc.insecure_channel(self._dial(info), options=[("grpc.default_authority", "localhost")])


class Stdio(plugin_pb2_grpc.GRPCStdioServicer):
    """Sends what is printed to the host (GRPC-8, OUT-3, OUT-4)."""

    def __init__(self):
        self._chunks = queue.Queue(maxsize=64)

    def write(self, text):
        for start in range(0, len(text), 1024):
            self._chunks.put(text[start : start + 1024].encode())

    def flush(self):
        pass

    def StreamStdio(self, request, context):
        while context.is_active() and not (ended.is_set() and self._chunks.empty()):
            try:
                data = self._chunks.get(timeout=0.2)
            except queue.Empty:
                continue
            yield plugin_pb2.StdioData(channel=plugin_pb2.StdioData.STDOUT, data=data)


class Controller(plugin_pb2_grpc.GRPCControllerServicer):
    def Shutdown(self, request, context):
        ended.set()  # GRPC-7, END-1
        return plugin_pb2.Empty()


class Greeter(greeter_pb2_grpc.GreeterServicer):
    def __init__(self, broker):
        self._broker = broker

    def Greet(self, request, context):
        with self._broker.connect(request.logger_id) as channel:
            logger = greeter_pb2_grpc.LoggerStub(channel)
            logger.Log(greeter_pb2.LogRequest(message=f"greeting {request.name}"))
        return greeter_pb2.GreetResponse(greeting=f"Hello, {request.name}!")


def choose_version():
    """VER-1, VER-2, VER-3."""
    offered = os.environ.get("PLUGIN_PROTOCOL_VERSIONS", "").split(",")
    common = [version for version in VERSIONS if str(version) in offered]
    return max(common) if common else min(VERSIONS)


def end_with_host(host):
    """END-8: when the host is gone, another process becomes the parent."""
    while not ended.wait(0.5):
        if os.getppid() != host:
            ended.set()


def main():
    if os.environ.get("GREETER_LOGGER_PLUGIN") != "hello":  # CK-2
        sys.exit("This program is a plugin: it is started by its host.")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # END-7
    signal.signal(signal.SIGTERM, lambda *_: ended.set())

    # SK-4 to SK-6, SK-9: a new name, for this user alone, or for the host's group.
    group = os.environ.get("PLUGIN_UNIX_SOCKET_GROUP")
    os.umask(0o077)
    path = tempfile.mktemp(prefix="plugin", dir=os.environ.get("PLUGIN_UNIX_SOCKET_DIR"))

    certificate, listen_path, dial = "", path, lambda info: f"{info.network}:{info.address}"
    bridges = None
    if host_certificate := os.environ.get("PLUGIN_CLIENT_CERT"):  # TLS-1
        identity, bridges = Identity(), Bridges()
        certificate, listen_path = identity.line_field, bridges.plain_path()
        try:
            server_tls = identity.context(ssl.PROTOCOL_TLS_SERVER, host_certificate)
        except ssl.SSLError as error:  # TLS-7
            sys.exit(f"PLUGIN_CLIENT_CERT is no certificate: {error}")
        client_tls = identity.context(ssl.PROTOCOL_TLS_CLIENT, host_certificate)
        dial = lambda info: f"unix:{bridges.dial_tls(info.address, client_tls)}"  # BRK-9

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
    broker, stdio = Broker(dial), Stdio()
    greeter_pb2_grpc.add_GreeterServicer_to_server(Greeter(broker), server)
    plugin_pb2_grpc.add_GRPCBrokerServicer_to_server(broker, server)
    plugin_pb2_grpc.add_GRPCStdioServicer_to_server(stdio, server)
    plugin_pb2_grpc.add_GRPCControllerServicer_to_server(Controller(), server)
    health_servicer = health.HealthServicer()
    health_servicer.set("plugin", health_pb2.HealthCheckResponse.SERVING)  # GRPC-2
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    server.add_insecure_port(f"unix:{listen_path}")
    server.start()
    if bridges:
        bridges.accept_tls(path, server_tls, listen_path)
    if group:
        shutil.chown(path, group=int(group) if group.isdigit() else group)
        os.chmod(path, 0o660)

    sys.stdout = stdio
    print(f"1|{choose_version()}|unix|{path}|grpc|{certificate}", file=line_output, flush=True)  # HS-2 to HS-11
    threading.Thread(target=end_with_host, args=[host], daemon=True).start()
    ended.wait()
    server.stop(0.2).wait()
    if os.path.exists(path):
        os.unlink(path)  # SK-8
    if bridges:
        bridges.close()
    os._exit(0)  # END-2


main()
