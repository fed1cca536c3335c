package greeter;

import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * SK-4 to SK-6, SK-9: Java has no umask, so the socket is in a directory of its own, which is this user's alone from the
 * first instant, or the host's group's.
 */
final class SocketFile implements AutoCloseable {
  private final Path directory;
  private final Path path;

  SocketFile() throws IOException {
    var parent = System.getenv("PLUGIN_UNIX_SOCKET_DIR");
    directory =
        parent == null ? Files.createTempDirectory("plugin") : Files.createTempDirectory(Path.of(parent), "plugin");
    path = directory.resolve("s");
  }

  Path path() {
    return path;
  }

  DomainSocketAddress address() {
    return new DomainSocketAddress(path.toFile());
  }

  /** Lets in whom the host wants, after the server has bound to the address. */
  void open() throws IOException {
    var group = System.getenv("PLUGIN_UNIX_SOCKET_GROUP");
    if (group == null) {
      allow(path, "rwx------");
      return;
    }
    for (var file : new Path[] {path, directory}) {
      if (group.matches("\\d+")) Files.setAttribute(file, "unix:gid", Integer.parseInt(group));
      else {
        var groups = file.getFileSystem().getUserPrincipalLookupService();
        Files.getFileAttributeView(file, PosixFileAttributeView.class).setGroup(groups.lookupPrincipalByGroupName(group));
      }
    }
    allow(path, "rw-rw----");
    allow(directory, "rwxrwx---");
  }

  private static void allow(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
    Files.deleteIfExists(directory);
  }
}
