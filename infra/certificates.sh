#!/usr/bin/env bash
#
# Certificates for a KurrentDB cluster: an authority, and one certificate a node.
#
#     infra/certificates.sh [--days DAYS] [FOLDER [NODE…]]
#
# FOLDER (infra/certificates beside this script) is made, closed to others, and gets:
#
#     authority/ca.key        the authority's key: no server and no client needs it; keep it elsewhere
#     ca/ca.crt               what servers and clients trust
#     NODE/node.crt node.key  a node's own; NODE (kurrentdb-1 kurrentdb-2 kurrentdb-3) is its host name
#
# What is there already stays, so that a node is added by naming it; remove a node's folder to have its certificate
# renewed. A KurrentDB node asks of another that its certificate comes from an authority it trusts, that its common name is
# the same as its own, that it names the host it was reached by, and that it may be used as a server and as a client.
set -euo pipefail
umask 077

days=825
if [ "${1:-}" = --days ]; then
  days=${2:?--days wants a number}
  shift 2
fi
folder=${1:-"$(cd "$(dirname "$0")" && pwd)/certificates"}
[ $# -gt 0 ] && shift
nodes=("$@")
[ ${#nodes[@]} -gt 0 ] || nodes=(kurrentdb-1 kurrentdb-2 kurrentdb-3)

fail() {
  echo "certificates: $*" >&2
  exit 1
}
command -v openssl >/dev/null || fail 'openssl is not installed'
[[ $days =~ ^[1-9][0-9]*$ ]] || fail "--days $days is no number of days"
for node in "${nodes[@]}"; do
  [[ $node =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || fail "$node is no host name"
  [[ $node != authority && $node != ca ]] || fail "a node cannot be called $node: that is a folder of its own"
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

key() {
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out "$1" 2>/dev/null || fail 'no key could be made'
}

mkdir -p "$folder/authority" "$folder/ca"
chmod 700 "$folder" "$folder/authority"

if [ ! -e "$folder/ca/ca.crt" ]; then
  key "$scratch/ca.key"
  openssl req -x509 -new -sha256 -key "$scratch/ca.key" -out "$scratch/ca.crt" -days $((days + 365)) \
    -subj '/O=Masar/CN=Masar KurrentDB authority' -config /dev/null \
    -addext 'basicConstraints=critical,CA:true,pathlen:0' \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -addext 'subjectKeyIdentifier=hash'
  mv "$scratch/ca.key" "$folder/authority/ca.key"
  mv "$scratch/ca.crt" "$folder/ca/ca.crt"
  echo "made an authority: $folder/ca/ca.crt"
fi

for node in "${nodes[@]}"; do
  if [ -e "$folder/$node/node.crt" ]; then
    openssl verify -CAfile "$folder/ca/ca.crt" "$folder/$node/node.crt" >/dev/null 2>&1 ||
      fail "$folder/$node/node.crt has expired or is another authority's: remove that folder, and run this again"
    echo "$node has a certificate: left as it is"
    continue
  fi
  [ -e "$folder/authority/ca.key" ] || fail "$folder/authority/ca.key is needed for $node, and is not there"
  key "$scratch/node.key"
  cat >"$scratch/extensions" <<EXTENSIONS
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:$node, DNS:localhost, IP:127.0.0.1, IP:::1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
EXTENSIONS
  openssl req -new -sha256 -key "$scratch/node.key" -out "$scratch/node.csr" -subj '/O=Masar/CN=kurrentdb-node' \
    -config /dev/null
  openssl x509 -req -sha256 -in "$scratch/node.csr" -CA "$folder/ca/ca.crt" -CAkey "$folder/authority/ca.key" \
    -set_serial "0x$(openssl rand -hex 16)" -days "$days" -extfile "$scratch/extensions" -out "$scratch/node.crt" 2>/dev/null
  openssl verify -CAfile "$folder/ca/ca.crt" "$scratch/node.crt" >/dev/null
  mkdir -p "$folder/$node"
  mv "$scratch/node.key" "$folder/$node/node.key"
  mv "$scratch/node.crt" "$folder/$node/node.crt"
  echo "made a certificate for $node, good for $days days"
done

# The servers run as another user than whoever runs this, and each is given its own folder and no other: the files can be
# read by all, below a folder that only its owner can enter.
chmod 755 "$folder/ca" "${nodes[@]/#/$folder/}"
chmod 644 "$folder/ca/ca.crt"
for node in "${nodes[@]}"; do chmod 644 "$folder/$node/node.crt" "$folder/$node/node.key"; done
