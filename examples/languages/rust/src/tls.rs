//! AutoMTLS. The other side's certificate is compared byte by byte: webpki refuses one of an authority, as Go's are, at
//! the end of a chain (rule TLS-4). AWS-LC knows P-521 (rule TLS-8).

use std::{io, pin::Pin, sync::Arc, task};

use base64::{engine::general_purpose::STANDARD_NO_PAD, Engine};
use rustls::{
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{aws_lc_rs, verify_tls12_signature, verify_tls13_signature, CryptoProvider},
    pki_types::{pem::PemObject, CertificateDer, PrivateKeyDer, ServerName, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
};
use tokio::{io::ReadBuf, net::UnixStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tokio_stream::{Stream, StreamExt};

/// A key and a certificate for this one start, and the host's certificate.
#[derive(Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    acceptor: TlsAcceptor,
    connector: TlsConnector,
}

impl Identity {
    pub fn new(host: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let host = CertificateDer::from_pem_slice(host.as_bytes())?;
        let key = rcgen::KeyPair::generate()?;
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()])?; // TLS-2
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key)?.der().clone();

        let provider = Arc::new(aws_lc_rs::default_provider());
        let pinned = Arc::new(Pinned { certificate: host, provider: provider.clone() });
        let private = || PrivateKeyDer::try_from(key.serialize_der());
        let mut server = rustls::ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()? // TLS-5
            .with_client_cert_verifier(pinned.clone()) // TLS-4
            .with_single_cert(vec![certificate.clone()], private()?)?;
        let mut client = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(pinned)
            .with_client_auth_cert(vec![certificate.clone()], private()?)?;
        server.alpn_protocols = vec![b"h2".to_vec()]; // TLS-6
        client.alpn_protocols = vec![b"h2".to_vec()];
        let (acceptor, connector) = (TlsAcceptor::from(Arc::new(server)), TlsConnector::from(Arc::new(client)));
        Ok(Self { certificate, acceptor, connector })
    }

    /// The sixth field (rule HS-9).
    pub fn line_field(&self) -> String {
        STANDARD_NO_PAD.encode(&self.certificate)
    }

    pub async fn dial(&self, socket: UnixStream) -> io::Result<Io> {
        let name = ServerName::try_from("localhost").expect("a name");
        Ok(Io(Box::pin(self.connector.connect(name, socket).await?)))
    }

    /// Each handshake has a task of its own: one that is silent holds up nobody (rule SK-10).
    pub fn accept(
        self,
        sockets: impl Stream<Item = io::Result<UnixStream>> + Send + 'static,
    ) -> impl Stream<Item = io::Result<Io>> {
        let (secured, ready) = tokio::sync::mpsc::channel(16);
        tokio::spawn(async move {
            tokio::pin!(sockets);
            while let Some(Ok(socket)) = sockets.next().await {
                let (acceptor, secured) = (self.acceptor.clone(), secured.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(socket).await {
                        let _ = secured.send(Ok(Io(Box::pin(stream)))).await;
                    }
                });
            }
        });
        tokio_stream::wrappers::ReceiverStream::new(ready)
    }
}

#[derive(Debug)]
struct Pinned {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    fn compare(&self, presented: &CertificateDer<'_>) -> Result<(), Error> {
        if presented == &self.certificate {
            return Ok(());
        }
        Err(Error::General("not the certificate that was announced".to_owned()))
    }
}

macro_rules! signatures {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.provider.signature_verification_algorithms.supported_schemes()
        }
    };
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        presented: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.compare(presented).map(|()| ClientCertVerified::assertion())
    }

    signatures!();
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        presented: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.compare(presented).map(|()| ServerCertVerified::assertion())
    }

    signatures!();
}

trait Duplex: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send {}
impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send> Duplex for T {}

/// A connection, with TLS or without.
pub struct Io(Pin<Box<dyn Duplex>>);

impl Io {
    pub fn plain(socket: UnixStream) -> Self {
        Self(Box::pin(socket))
    }
}

impl tonic::transport::server::Connected for Io {
    type ConnectInfo = ();
    fn connect_info(&self) {}
}

impl tokio::io::AsyncRead for Io {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut task::Context<'_>, buffer: &mut ReadBuf<'_>) -> task::Poll<io::Result<()>> {
        self.0.as_mut().poll_read(context, buffer)
    }
}

impl tokio::io::AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut task::Context<'_>, bytes: &[u8]) -> task::Poll<io::Result<usize>> {
        self.0.as_mut().poll_write(context, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> task::Poll<io::Result<()>> {
        self.0.as_mut().poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> task::Poll<io::Result<()>> {
        self.0.as_mut().poll_shutdown(context)
    }
}
