# shellcheck shell=bash
# What the doors share. Sourced, not run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1
export PATH="$ROOT/target/tools/bin:$PATH"
export PYTHONDONTWRITEBYTECODE=1
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

# What each door needs of Debian. Rust and Node come with the machine.
BUILD_PACKAGES=(gcc libc6-dev)
TEST_PACKAGES=("${BUILD_PACKAGES[@]}" chromium chromium-l10n libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils
  fonts-noto-cjk python3 python3-docx python3-openpyxl python3-aiosmtpd python3-icalendar khal dovecot-imapd openssl faketime postgresql)

NEXTEST_VERSION=0.9.143
DENY_VERSION=0.20.2
MACHETE_VERSION=0.9.2
FUZZ_VERSION=0.13.2

say() { printf '\n== %s\n' "$*"; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }

# packages NAME…: present, or installed (root), or named with the command that installs them.
packages() {
  command -v dpkg-query >/dev/null || die "This set-up knows Debian only (no dpkg here). Please install by hand: $*"
  local missing=() name
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  [[ ${#missing[@]} -eq 0 ]] && return
  if [[ $(id -u) -ne 0 ]]; then
    die "Missing packages. Please run:
  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}
and start again."
  fi
  say "Debian packages: ${missing[*]}"
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# toolchains: Rust and Node, new enough.
toolchains() {
  command -v cargo >/dev/null || die "No Rust here. Please install Rust 1.95 or newer (https://rustup.rs) and start again."
  command -v npm >/dev/null || die "No Node here. Please install Node 20 or newer with npm and start again."
  local node
  node=$(node -p 'process.versions.node.split(".")[0]')
  [[ $node -ge 20 ]] || die "Node $node is too old: please install Node 20 or newer and start again."
}

# npm_packages FOLDER: node_modules as the lock file says; nothing to do when it has not changed.
npm_packages() {
  local folder=$1 stamp
  stamp=$(cat "$folder/package-lock.json" <(node --version) | sha256sum)
  if [[ -f $folder/node_modules/.locked && $(<"$folder/node_modules/.locked") == "$stamp" ]]; then return; fi
  say "npm packages of $folder"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
  printf '%s\n' "$stamp" >"$folder/node_modules/.locked"
}

# The bundle that the server embeds.
frontend() {
  npm_packages frontend
  say "front end"
  node frontend/build.mjs
}

# The fonts that PDF embeds, in target/fonts: Fandol out of its Debian package (49 MB; only the four files are kept,
# nothing is installed), and Noto for rare characters from the system.
FONT_PACKAGES=(fonts-noto-cjk)
FANDOL_PACKAGE=texlive-lang-chinese
FANDOL_FOLDER=/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol
FANDOL_SUMS='d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9  FandolFang-Regular.otf
4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28  FandolHei-Regular.otf
ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9  FandolSong-Bold.otf
a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0  FandolSong-Regular.otf'
NOTO_FILE=/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc
fonts() {
  packages "${FONT_PACKAGES[@]}"
  mkdir -p target/fonts
  ln -sf "$NOTO_FILE" target/fonts/
  (cd target/fonts && sha256sum --check --status <<<"$FANDOL_SUMS" 2>/dev/null) && return
  local folder name from=$FANDOL_FOLDER
  folder=$(mktemp -d)
  if [[ ! -d $from ]]; then
    say "fonts: $FANDOL_PACKAGE (downloaded, not installed)"
    [[ $(id -u) -ne 0 || -n $(apt-cache policy "$FANDOL_PACKAGE") ]] || apt-get update -q
    (cd "$folder" && apt-get download -q -o APT::Sandbox::User=root "$FANDOL_PACKAGE" && dpkg-deb -x ./*.deb unpacked) ||
      { rm -rf "$folder"; die "The fonts for PDF could not be fetched. Please run: sudo apt-get update
and start again."; }
    from=$folder/unpacked$FANDOL_FOLDER
  fi
  while read -r _ name; do cp "$from/$name" target/fonts/; done <<<"$FANDOL_SUMS"
  rm -rf "$folder"
  (cd target/fonts && sha256sum --check --quiet <<<"$FANDOL_SUMS") || die "The fonts of $FANDOL_PACKAGE are not the expected ones."
}

# cargo_tool NAME VERSION: on the PATH in that version, or built into target/tools.
cargo_tool() {
  local name=$1 version=$2
  if [[ $("cargo-$name" "$name" --version 2>/dev/null || "cargo-$name" --version 2>/dev/null) == *"$version"* ]]; then return; fi
  say "cargo-$name $version (built once, into target/tools)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=target/tools/build \
    cargo install --locked --debug --force --root target/tools "cargo-$name" --version "$version"
  rm -rf target/tools/build
}

# nextest: any version on the PATH will do.
nextest() { cargo nextest --version >/dev/null 2>&1 || cargo_tool nextest "$NEXTEST_VERSION"; }
