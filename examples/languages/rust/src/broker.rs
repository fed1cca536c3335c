//! Connections from the plugin into the host.

use std::{collections::HashMap, sync::Arc, time::Duration};

use hyper_util::rt::TokioIo;
use tokio::{net::UnixStream, sync::watch, time};
use tokio_stream::{Stream, StreamExt};
use tonic::{
    transport::{Channel, Endpoint},
    Request, Response, Status, Streaming,
};

use crate::proto::{grpc_broker_server::GrpcBroker, ConnInfo};
use crate::tls::{Identity, Io};

/// Remembers where the host serves what (GRPC-9, BRK-5, BRK-6, BRK-10).
#[derive(Clone)]
pub struct Broker {
    addresses: Arc<watch::Sender<HashMap<u32, String>>>,
    identity: Option<Identity>,
}

impl Broker {
    pub fn new(identity: Option<Identity>) -> Self {
        Self { addresses: Arc::new(watch::channel(HashMap::new()).0), identity }
    }

    pub async fn connect(&self, id: u32) -> Result<Channel, Status> {
        let mut changes = self.addresses.subscribe();
        time::timeout(Duration::from_secs(5), changes.wait_for(|addresses| addresses.contains_key(&id)))
            .await
            .map_err(|_| Status::unavailable(format!("nobody serves id {id}")))?
            .map_err(|error| Status::internal(error.to_string()))?;
        let mut address = None;
        self.addresses.send_modify(|addresses| address = addresses.remove(&id)); // BRK-7
        let address = address.ok_or_else(|| Status::unavailable(format!("id {id} has been dialed")))?;
        let identity = self.identity.clone();
        let dial = move |_| {
            let (address, identity) = (address.clone(), identity.clone());
            async move {
                let socket = UnixStream::connect(address).await?;
                let io = match identity {
                    Some(identity) => identity.dial(socket).await?, // BRK-9
                    None => Io::plain(socket),
                };
                std::io::Result::Ok(TokioIo::new(io))
            }
        };
        Endpoint::from_static("http://localhost")
            .connect_with_connector(tower::service_fn(dial))
            .await
            .map_err(|error| Status::unavailable(error.to_string()))
    }

    fn remember(&self, info: ConnInfo) {
        let id = info.service_id;
        self.addresses.send_modify(|addresses| {
            addresses.entry(id).or_insert(info.address);
        });
        let addresses = self.addresses.clone();
        tokio::spawn(async move {
            time::sleep(Duration::from_secs(5)).await;
            addresses.send_modify(|addresses| drop(addresses.remove(&id)));
        });
    }
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = std::pin::Pin<Box<dyn Stream<Item = Result<ConnInfo, Status>> + Send>>;

    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let broker = self.clone();
        // Nothing is ever answered: this plugin serves nothing to its host by the broker.
        let answers = request.into_inner().filter_map(move |info| match info {
            Ok(info) => {
                broker.remember(info);
                None
            }
            Err(status) => Some(Err(status)),
        });
        Ok(Response::new(Box::pin(answers)))
    }
}
