//! A plugin written from docs/protocol/smallest-plugin.md. The comments name the rules.

mod broker;
mod tls;

use std::{env, fs, io::Write, os::fd::FromRawFd, os::unix::fs::PermissionsExt, pin::Pin, process::exit, time::Duration};

use tokio::{net::UnixListener, signal::unix::SignalKind, sync::watch};
use tokio_stream::{wrappers::UnixListenerStream, Stream, StreamExt};
use tonic::{transport::Server, Request, Response, Status};

use broker::Broker;
use tls::Identity;

pub mod proto {
    tonic::include_proto!("plugin");
}
mod greeter {
    tonic::include_proto!("greeter_logger");
}

const VERSIONS: [u32; 1] = [1];

struct Greeter(Broker);

#[tonic::async_trait]
impl greeter::greeter_server::Greeter for Greeter {
    async fn greet(
        &self,
        request: Request<greeter::GreetRequest>,
    ) -> Result<Response<greeter::GreetResponse>, Status> {
        let greeter::GreetRequest { name, logger_id } = request.into_inner();
        let channel = self.0.connect(logger_id).await?;
        let message = format!("greeting {name}");
        greeter::logger_client::LoggerClient::new(channel).log(greeter::LogRequest { message }).await?;
        Ok(Response::new(greeter::GreetResponse { greeting: format!("Hello, {name}!") }))
    }
}

/// GRPC-8: open, and silent; what this plugin prints is in its log.
struct Stdio;

#[tonic::async_trait]
impl proto::grpc_stdio_server::GrpcStdio for Stdio {
    type StreamStdioStream = Pin<Box<dyn Stream<Item = Result<proto::StdioData, Status>> + Send>>;

    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::pending())))
    }
}

/// GRPC-7, END-1.
struct Controller(watch::Sender<bool>);

#[tonic::async_trait]
impl proto::grpc_controller_server::GrpcController for Controller {
    async fn shutdown(&self, _: Request<proto::Empty>) -> Result<Response<proto::Empty>, Status> {
        let ended = self.0.clone();
        tokio::spawn(async move {
            // The answer goes out first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            ended.send_replace(true);
        });
        Ok(Response::new(proto::Empty {}))
    }
}

/// VER-1, VER-2, VER-3.
fn choose_version() -> u32 {
    let offered = env::var("PLUGIN_PROTOCOL_VERSIONS").unwrap_or_default();
    let offered: Vec<u32> = offered.split(',').filter_map(|version| version.parse().ok()).collect();
    let common = VERSIONS.iter().filter(|version| offered.contains(version)).max();
    *common.unwrap_or_else(|| VERSIONS.iter().min().unwrap())
}

/// SK-4 to SK-6, SK-9: a new name in the host's directory, for this user alone, or for the host's group.
fn listen() -> std::io::Result<(UnixListener, String)> {
    let directory = env::var_os("PLUGIN_UNIX_SOCKET_DIR").map_or_else(env::temp_dir, Into::into);
    unsafe { libc::umask(0o077) };
    let named = tempfile::Builder::new().prefix("plugin").make_in(directory, |path| UnixListener::bind(path))?;
    let (listener, path) = named.keep()?;
    if let Ok(group) = env::var("PLUGIN_UNIX_SOCKET_GROUP") {
        std::os::unix::fs::chown(&path, None, Some(group_id(&group)?))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o660))?;
    }
    Ok((listener, path.to_str().expect("a path in UTF-8").to_owned()))
}

fn group_id(group: &str) -> std::io::Result<u32> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let groups = fs::read_to_string("/etc/group")?;
    let entry = groups.lines().find(|line| line.split(':').next() == Some(group));
    let id = entry.and_then(|line| line.split(':').nth(2)?.parse().ok());
    id.ok_or_else(|| std::io::Error::other(format!("there is no group {group}")))
}

/// END-7, END-8.
async fn end_with_host(host: u32, ended: watch::Sender<bool>) -> std::io::Result<()> {
    let mut interrupt = tokio::signal::unix::signal(SignalKind::interrupt())?;
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate())?;
    while std::os::unix::process::parent_id() == host {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => break,
            _ = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
    ended.send_replace(true);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // HS-1, HS-12: the process's stdout is for the handshake line alone; what is printed goes to stderr.
    let mut line_output = unsafe { fs::File::from_raw_fd(libc::dup(1)) };
    unsafe { libc::dup2(2, 1) };
    let host = std::os::unix::process::parent_id(); // END-8: asked before the host can be gone

    if env::var("GREETER_LOGGER_PLUGIN").as_deref() != Ok("hello") {
        eprintln!("This program is a plugin: it is started by its host."); // CK-2
        exit(1);
    }
    // TLS-1, TLS-7.
    let identity = env::var("PLUGIN_CLIENT_CERT").ok().map(|pem| Identity::new(&pem)).transpose()?;
    let certificate = identity.as_ref().map(Identity::line_field).unwrap_or_default();

    let (health_reporter, health) = tonic_health::server::health_reporter();
    health_reporter.set_service_status("plugin", tonic_health::ServingStatus::Serving).await; // GRPC-2
    let (ended, mut ends) = watch::channel(false);
    let broker = Broker::new(identity.clone());
    let (listener, path) = listen()?;

    let server = Server::builder()
        .add_service(greeter::greeter_server::GreeterServer::new(Greeter(broker.clone())))
        .add_service(proto::grpc_broker_server::GrpcBrokerServer::new(broker))
        .add_service(proto::grpc_stdio_server::GrpcStdioServer::new(Stdio))
        .add_service(proto::grpc_controller_server::GrpcControllerServer::new(Controller(ended.clone())))
        .add_service(health);
    let accepted = UnixListenerStream::new(listener);
    tokio::spawn(async move {
        match identity {
            Some(identity) => server.serve_with_incoming(identity.accept(accepted)).await,
            None => server.serve_with_incoming(accepted.map(|socket| socket.map(tls::Io::plain))).await,
        }
    });

    writeln!(line_output, "1|{}|unix|{path}|grpc|{certificate}", choose_version())?; // HS-2 to HS-11
    tokio::spawn(end_with_host(host, ended));
    ends.wait_for(|ended| *ended).await?;
    fs::remove_file(path)?; // SK-8
    exit(0) // END-2
}
