//! An authority of this machine's own, for https in a hall where nobody can give a certificate. Tablets are told
//! once to trust it; certificates under it are made at every start, for the addresses the machine has that day.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};
use sha2::{Digest, Sha256};

use super::tls::TlsError;

/// The files beside the data.
const CERTIFICATE: &str = "authority.pem";
const KEY: &str = "authority.key";

/// Names that no machine on the internet has; it may vouch for what ends in them.
const NAMES: [&str; 5] = ["local", "localhost", "lan", "home.arpa", "internal"];

/// What tablets are told to trust.
#[derive(Debug, Clone)]
pub struct Authority {
    /// As a tablet takes it in.
    pub der: Vec<u8>,
    /// SHA-256 of it, in groups, to compare by eye.
    pub fingerprint: String,
}

/// A certificate under the authority, with its key, both as PEM.
pub struct Issued {
    /// What it is issued by.
    pub authority: Authority,
    /// The certificate.
    pub certificate: String,
    /// Its key; it never touches the disk.
    pub key: String,
}

/// Makes the authority in this folder, or takes the one that is there, and a certificate for names and addresses.
///
/// # Errors
/// Where its files cannot be read or written, or a name is none.
pub fn issue(folder: &Path, names: &[String], addresses: &[IpAddr]) -> Result<Issued, TlsError> {
    let params = authority_params();
    let (pem, key) = match (fs::read_to_string(folder.join(CERTIFICATE)), fs::read_to_string(folder.join(KEY))) {
        (Ok(pem), Ok(key)) => (pem, KeyPair::from_pem(&key)?),
        _ => made(folder, &params)?,
    };
    let issuer = Issuer::from_params(&params, key);
    let mut leaf = CertificateParams::new(names.to_vec())?;
    leaf.subject_alt_names.extend(addresses.iter().map(|address| SanType::IpAddress(*address)));
    leaf.distinguished_name.push(DnType::CommonName, "Pencilmark on this machine");
    leaf.use_authority_key_identifier_extension = true;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // iOS takes 825 days at the most.
    let leaf = lasting(leaf, 390);
    let leaf_key = KeyPair::generate()?;
    let certificate = leaf.signed_by(&leaf_key, &issuer)?.pem();
    Ok(Issued { authority: read(&pem)?, certificate, key: leaf_key.serialize_pem() })
}

/// From a week ago, because a tablet's clock may be behind, for so many days.
fn lasting(mut params: CertificateParams, days: i64) -> CertificateParams {
    let day = |days: i64| {
        let date = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(days));
        let small = |n: i8| u8::try_from(n).unwrap_or(1);
        date_time_ymd(i32::from(date.year()), small(date.month()), small(date.day()))
    };
    (params.not_before, params.not_after) = (day(-7), day(days));
    params
}

/// The same at every start, so that the certificates fit the one tablets have. It may vouch for addresses of
/// private networks and names of this network alone: whoever steals its key cannot play a bank.
fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Pencilmark in this hall");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let v4 = |address: [u8; 4], bits| GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(address, bits));
    let mut v6_local = [0; 16];
    v6_local[0] = 0xfd;
    let mut v6_link = [0; 16];
    (v6_link[0], v6_link[1]) = (0xfe, 0x80);
    let mut v6_here = [0; 16];
    v6_here[15] = 1;
    let v6 = |address: [u8; 16], bits| GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(address, bits));
    let mut permitted: Vec<GeneralSubtree> = NAMES.map(|name| GeneralSubtree::DnsName(name.to_owned())).into();
    permitted.extend([
        v4([127, 0, 0, 0], 8),
        v4([10, 0, 0, 0], 8),
        v4([172, 16, 0, 0], 12),
        v4([192, 168, 0, 0], 16),
        v4([169, 254, 0, 0], 16),
    ]);
    permitted.extend([v6(v6_here, 128), v6(v6_local, 8), v6(v6_link, 10)]);
    params.name_constraints = Some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: Vec::new() });
    params
}

/// Whether the authority may vouch for a name; a single word would need a constraint of its own.
pub fn may_name(name: &str) -> bool {
    NAMES.iter().any(|end| name == *end || name.strip_suffix(end).is_some_and(|start| start.ends_with('.')))
}

/// Whether the authority may vouch for an address.
pub fn may_address(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || (v6.segments()[0] & 0xff00) == 0xfd00 || v6.is_unicast_link_local(),
    }
}

fn made(folder: &Path, params: &CertificateParams) -> Result<(String, KeyPair), TlsError> {
    let key = KeyPair::generate()?;
    let pem = lasting(params.clone(), 3 * 366).self_signed(&key)?.pem();
    crate::system::make_folder(folder)?;
    let mut open = OpenOptions::new();
    open.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        open.mode(0o600);
    }
    open.open(folder.join(KEY))?.write_all(key.serialize_pem().as_bytes())?;
    fs::write(folder.join(CERTIFICATE), &pem)?;
    Ok((pem, key))
}

fn read(pem: &str) -> Result<Authority, TlsError> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    let der = CertificateDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| io::Error::other("authority.pem holds no certificate"))?
        .to_vec();
    let digits: Vec<String> = Sha256::digest(&der).iter().map(|byte| format!("{byte:02X}")).collect();
    Ok(Authority { der, fingerprint: digits.join(" ") })
}
