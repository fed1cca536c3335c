package greeter;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import plugin.Plugin.ConnInfo;

/** Remembers where the host serves what (GRPC-9, BRK-5, BRK-6, BRK-10). */
final class Broker extends plugin.GRPCBrokerGrpc.GRPCBrokerImplBase {
  private final Identity identity;
  private final Map<Integer, CompletableFuture<ConnInfo>> infos = new ConcurrentHashMap<>();

  Broker(Identity identity) {
    this.identity = identity;
  }

  record Connection(ManagedChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      channel.shutdownNow();
    }
  }

  Connection connect(int id) throws Exception {
    var info = of(id).get(5, TimeUnit.SECONDS);
    infos.remove(id); // BRK-7
    var builder =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(info.getAddress()))
            .channelType(Transport.CLIENT)
            .eventLoopGroup(Transport.LOOPS)
            .overrideAuthority("localhost");
    if (identity == null) builder.usePlaintext();
    else builder.sslContext(identity.client()); // BRK-9
    return new Connection(builder.build());
  }

  private CompletableFuture<ConnInfo> of(int id) {
    return infos.computeIfAbsent(id, key -> new CompletableFuture<>());
  }

  @Override
  public StreamObserver<ConnInfo> startStream(StreamObserver<ConnInfo> response) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ConnInfo info) {
        var id = info.getServiceId();
        var known = of(id);
        known.complete(info);
        CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS).execute(() -> infos.remove(id, known));
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        response.onCompleted();
      }
    };
  }
}
