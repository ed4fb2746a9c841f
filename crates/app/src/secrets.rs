//! Secrets: tokens, password hashes, seals.

use argon2::{
    Algorithm, Argon2, Params, PasswordVerifier, Version,
    password_hash::{PasswordHasher, phc::PasswordHash},
};
use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use sm3::{Digest, Sm3};

use crate::{App, Error, Random, Result};

/// The key of the audit chains: 32 bytes.
#[derive(Clone)]
pub struct AuditKey(pub [u8; 32]);

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditKey(…)")
    }
}

impl AuditKey {
    /// HMAC-SM3 of `bytes`, in hexadecimal.
    pub fn seal(&self, bytes: &[u8]) -> String {
        let mut mac =
            <Hmac<Sm3> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(bytes);
        hex(&mac.finalize().into_bytes())
    }
}

/// Bytes of a nonce before what is sealed.
const NONCE: usize = 12;

impl AuditKey {
    /// The key under which secrets of others are kept: another than the chains'.
    fn keeping(&self) -> LessSafeKey {
        let mut mac =
            <Hmac<Sm3> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(b"zhaoshang: secrets kept in the database");
        let bytes = mac.finalize().into_bytes();
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &bytes).expect("SM3 gives 32 bytes"))
    }

    /// Seals a secret that must be read again, as the password of a mail server: nobody reads it from a backup of the
    /// database. Empty stays empty.
    pub fn hide(&self, random: &dyn Random, secret: &str) -> String {
        if secret.is_empty() {
            return String::new();
        }
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let mut bytes = secret.as_bytes().to_vec();
        self.keeping()
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::empty(),
                &mut bytes,
            )
            .expect("a short text can be sealed");
        format!("{}{}", hex(&nonce), hex(&bytes))
    }

    /// Opens what [`AuditKey::hide`] sealed; none under another key, or when it was tampered with.
    pub fn open(&self, sealed: &str) -> Option<String> {
        if sealed.is_empty() {
            return Some(String::new());
        }
        let bytes: Option<Vec<u8>> = (0..sealed.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(sealed.get(at..at + 2)?, 16).ok())
            .collect();
        let bytes = bytes?;
        let (nonce, rest) = bytes.split_at_checked(NONCE)?;
        let (nonce, mut rest) = (nonce.try_into().ok()?, rest.to_vec());
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plain = self
            .keeping()
            .open_in_place(nonce, Aad::empty(), &mut rest)
            .ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SM3.
pub fn sm3(bytes: &[u8]) -> [u8; 32] {
    Sm3::digest(bytes).into()
}

/// SM3 in hexadecimal.
pub fn sm3_hex(bytes: &[u8]) -> String {
    hex(&sm3(bytes))
}

/// A fresh secret of 256 bits, in hexadecimal.
pub fn token(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    hex(&bytes)
}

/// Letters and digits that are not mistaken for one another on paper.
const PLAIN: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A fresh one-time secret that a person can copy from paper: five groups of five, about 140 bits.
pub fn paper_secret(random: &dyn Random) -> String {
    let groups: Vec<String> = (0..5).map(|_| plain_word(random, 5)).collect();
    groups.join("-")
}

/// A fresh password that meets the default policy.
pub fn password(random: &dyn Random) -> String {
    format!(
        "{}-{}-{}a7K",
        plain_word(random, 5),
        plain_word(random, 5),
        plain_word(random, 4)
    )
}

fn plain_word(random: &dyn Random, length: usize) -> String {
    let mut word = String::new();
    while word.len() < length {
        let mut byte = [0];
        random.fill(&mut byte);
        // Bytes beyond the last whole multiple are drawn again, so that every letter is equally likely.
        if usize::from(byte[0]) < PLAIN.len() * (256 / PLAIN.len()) {
            word.push(char::from(PLAIN[usize::from(byte[0]) % PLAIN.len()]));
        }
    }
    word
}

/// argon2id as OWASP advises: 19 MiB, two passes, one lane.
fn hasher() -> Argon2<'static> {
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19 * 1024, 2, 1, None).expect("these parameters are valid"),
    )
}

/// Hashes compared when there is no such person, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl App {
    /// A fresh secret for forms that have no session yet.
    pub fn fresh_token(&self) -> String {
        token(&*self.0.random)
    }

    /// Hashes a password with a fresh salt. Takes tens of milliseconds on a thread of its own.
    pub(crate) async fn hash_password(&self, password: &str) -> Result<String> {
        let mut salt = [0; 16];
        self.0.random.fill(&mut salt);
        let password = password.to_owned();
        let hash = tokio::task::spawn_blocking(move || {
            hasher()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
        });
        hash.await
            .map_err(|error| Error::Internal(error.to_string()))?
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// Whether the password fits the hash; none takes as long and fits nothing.
    pub(crate) async fn password_fits(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let password = password.to_owned();
        let fits = tokio::task::spawn_blocking(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let fits = PasswordHash::new(&hash).is_ok_and(|parsed| {
                hasher()
                    .verify_password(password.as_bytes(), &parsed)
                    .is_ok()
            });
            fits && known
        });
        fits.await
            .map_err(|error| Error::Internal(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::person::PasswordPolicy;

    struct Counting(std::sync::atomic::AtomicU8);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(7, std::sync::atomic::Ordering::Relaxed));
        }
    }

    #[test]
    fn sm3_is_the_standard_one() {
        // GB/T 32905-2016, example 1.
        assert_eq!(
            sm3_hex(b"abc"),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
    }

    #[test]
    fn what_is_hidden_opens_under_its_key_only() {
        let (key, other) = (AuditKey([7; 32]), AuditKey([8; 32]));
        let random = Counting(0.into());
        let (once, twice) = (
            key.hide(&random, "口令 s3cret"),
            key.hide(&random, "口令 s3cret"),
        );
        assert_ne!(once, twice);
        assert_eq!(key.open(&once).as_deref(), Some("口令 s3cret"));
        assert_eq!(other.open(&once), None);
        assert_eq!(key.open(&once.replace(&once[30..32], "00")), None);
        assert_eq!(key.open("温州"), None);
        assert_eq!(key.open(&key.hide(&random, "")).as_deref(), Some(""));
    }

    #[test]
    fn made_passwords_meet_the_policy() {
        let random = Counting(0.into());
        for _ in 0..50 {
            assert!(
                PasswordPolicy::default()
                    .check("officer", &password(&random))
                    .is_ok()
            );
        }
        assert_eq!(paper_secret(&random).len(), 29);
    }

    #[test]
    fn the_hash_of_nobody_is_well_formed() {
        assert!(PasswordHash::new(NOBODY).is_ok());
    }
}
