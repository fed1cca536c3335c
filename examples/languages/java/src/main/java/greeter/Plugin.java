package greeter;

import greeter_logger.GreeterGrpc;
import greeter_logger.GreeterOuterClass.GreetRequest;
import greeter_logger.GreeterOuterClass.GreetResponse;
import greeter_logger.GreeterOuterClass.LogRequest;
import greeter_logger.LoggerGrpc;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** A plugin written from docs/protocol/smallest-plugin.md. The comments name the rules. */
public final class Plugin {
  private static final List<Integer> VERSIONS = List.of(1);
  private static final CountDownLatch ended = new CountDownLatch(1);

  private static final class Greeter extends GreeterGrpc.GreeterImplBase {
    private final Broker broker;

    Greeter(Broker broker) {
      this.broker = broker;
    }

    @Override
    public void greet(GreetRequest request, StreamObserver<GreetResponse> response) {
      try (var connection = broker.connect(request.getLoggerId())) {
        var logger = LoggerGrpc.newBlockingStub(connection.channel());
        logger.log(LogRequest.newBuilder().setMessage("greeting " + request.getName()).build());
        response.onNext(GreetResponse.newBuilder().setGreeting("Hello, " + request.getName() + "!").build());
        response.onCompleted();
      } catch (Exception error) {
        response.onError(io.grpc.Status.fromThrowable(error).asException());
      }
    }
  }

  /** GRPC-8: open, and silent; what this plugin prints is in its log. */
  private static final class Stdio extends plugin.GRPCStdioGrpc.GRPCStdioImplBase {
    @Override
    public void streamStdio(
        com.google.protobuf.Empty request, StreamObserver<plugin.Plugin.StdioData> response) {}
  }

  /** GRPC-7, END-1. */
  private static final class Controller extends plugin.GRPCControllerGrpc.GRPCControllerImplBase {
    @Override
    public void shutdown(plugin.Plugin.Empty request, StreamObserver<plugin.Plugin.Empty> response) {
      response.onNext(plugin.Plugin.Empty.getDefaultInstance());
      response.onCompleted();
      ended.countDown();
    }
  }

  /** VER-1, VER-2, VER-3. */
  private static int chooseVersion() {
    var offered = Arrays.asList(System.getenv().getOrDefault("PLUGIN_PROTOCOL_VERSIONS", "").split(","));
    return VERSIONS.stream()
        .filter(version -> offered.contains(version.toString()))
        .max(Integer::compare)
        .orElse(VERSIONS.stream().min(Integer::compare).orElseThrow());
  }

  private static Optional<Long> parent() {
    return ProcessHandle.current().parent().map(ProcessHandle::pid);
  }

  /** END-8: when the host is gone, another process becomes the parent. */
  private static void endWithHost(Optional<Long> host) {
    try {
      while (parent().equals(host)) Thread.sleep(500);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
    ended.countDown();
  }

  public static void main(String[] arguments) throws Exception {
    // HS-1, HS-12: stdout is for the handshake line alone; everything else that is printed goes to stderr.
    var lineOutput = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    System.setOut(System.err);
    var host = parent(); // END-8: asked before the host can be gone

    if (!"hello".equals(System.getenv("GREETER_LOGGER_PLUGIN"))) {
      System.err.println("This program is a plugin: it is started by its host."); // CK-2
      System.exit(1);
    }
    Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN); // END-7
    Signal.handle(new Signal("TERM"), signal -> ended.countDown());

    var hostCertificate = System.getenv("PLUGIN_CLIENT_CERT");
    var identity = hostCertificate == null ? null : new Identity(hostCertificate); // TLS-1, TLS-7
    var health = new HealthStatusManager();
    health.setStatus("plugin", ServingStatus.SERVING); // GRPC-2
    var broker = new Broker(identity);
    try (var socket = new SocketFile()) {
      var builder =
          NettyServerBuilder.forAddress(socket.address())
              .channelType(Transport.SERVER)
              .bossEventLoopGroup(Transport.LOOPS)
              .workerEventLoopGroup(Transport.LOOPS)
              .addService(new Greeter(broker))
              .addService(broker)
              .addService(new Stdio())
              .addService(new Controller())
              .addService(health.getHealthService());
      if (identity != null) builder.sslContext(identity.server());
      Server server = builder.build().start();
      socket.open();

      var certificate = identity == null ? "" : identity.lineField();
      lineOutput.print("1|" + chooseVersion() + "|unix|" + socket.path() + "|grpc|" + certificate + "\n"); // HS-2 to HS-11
      lineOutput.flush();
      var watch = new Thread(() -> endWithHost(host));
      watch.setDaemon(true);
      watch.start();
      ended.await();
      server.shutdown().awaitTermination(200, TimeUnit.MILLISECONDS);
      server.shutdownNow();
    } // SK-8
    Runtime.getRuntime().halt(0); // END-2
  }
}
