//! https of our own: with a certificate that was given, or under an authority that this machine makes.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

use super::authority::{self, Authority, Issued};

/// Why there is no https.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file.
    #[error("The certificate or its key could not be read: {0}.")]
    File(#[from] io::Error),
    /// Text that is no certificate, or no key.
    #[error("{0} holds no {1} in PEM form.")]
    Pem(String, &'static str),
    /// A certificate that could not be made.
    #[error("A certificate could not be made: {0}.")]
    Making(#[from] rcgen::Error),
    /// A certificate that does not fit its key, and the like.
    #[error("The certificate cannot be used: {0}.")]
    Using(#[from] rustls::Error),
}

/// What connections are encrypted with.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    authority: Option<Authority>,
}

impl Tls {
    /// A certificate with what it is issued by, and its key, in two files.
    ///
    /// # Errors
    /// Where one of them cannot be read or used.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
        let chain = chain_in(&fs::read(certificate)?, &certificate.display().to_string())?;
        let key = key_in(&fs::read(key)?, &key.display().to_string())?;
        Ok(Tls { acceptor: acceptor(chain, key)?, authority: None })
    }

    /// A certificate under the authority in this folder, for those names and addresses that it may vouch for.
    ///
    /// # Errors
    /// Where the authority cannot be read or made.
    pub fn with_authority(folder: &Path, names: &[String], addresses: &[IpAddr]) -> Result<Tls, TlsError> {
        let names: Vec<String> = names.iter().filter(|name| authority::may_name(name)).cloned().collect();
        let addresses: Vec<IpAddr> = addresses.iter().filter(|one| authority::may_address(one)).copied().collect();
        let Issued { authority, certificate, key } = authority::issue(folder, &names, &addresses)?;
        let chain = chain_in(certificate.as_bytes(), "authority.pem")?;
        let key = key_in(key.as_bytes(), "authority.key")?;
        Ok(Tls { acceptor: acceptor(chain, key)?, authority: Some(authority) })
    }

    /// What tablets have to trust, where it is this machine's own.
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// What takes a connection in.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }
}

fn chain_in(pem: &[u8], file: &str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let none = || TlsError::Pem(file.to_owned(), "certificate");
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| none())?;
    if chain.is_empty() { Err(none()) } else { Ok(chain) }
}

fn key_in(pem: &[u8], file: &str) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| TlsError::Pem(file.to_owned(), "key"))
}

fn acceptor(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<TlsAcceptor, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
