package greeter;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;

/** Unix sockets on Linux. On macOS the classes are those of kqueue. */
final class Transport {
  static final EventLoopGroup LOOPS = new EpollEventLoopGroup(2);
  static final Class<? extends ServerChannel> SERVER = EpollServerDomainSocketChannel.class;
  static final Class<? extends Channel> CLIENT = EpollDomainSocketChannel.class;

  private Transport() {}
}
