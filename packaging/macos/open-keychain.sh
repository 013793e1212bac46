#!/bin/sh
# Puts certificate and notary key into a keychain of this run, for package.sh in the next step. Only the release
# workflow calls it, on a machine that is thrown away afterwards: its variables are those of release.yml.
# A tag without a certificate is an error: Gatekeeper would refuse the app on every other Mac.
set -eu
if [ -z "$CERTIFICATE" ]; then
    [ "$GITHUB_REF_TYPE" != tag ] || {
        echo "There is no MACOS_CERTIFICATE to sign this release with." >&2
        exit 1
    }
    echo "There is no certificate: the app will open on this machine only."
    exit 0
fi

umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
keychain=$RUNNER_TEMP/signing.keychain-db
password=$(openssl rand -hex 24)
printf '%s' "$CERTIFICATE" | base64 --decode >"$work/certificate.p12"
printf '%s' "$NOTARY_KEY" | base64 --decode >"$work/notary.p8"

security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 21600 "$keychain"
security unlock-keychain -p "$password" "$keychain"
# security takes passwords as arguments alone; on this machine there is no other user to see them.
security import "$work/certificate.p12" -k "$keychain" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign
# Else codesign asks a person who is not there.
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain-db
xcrun notarytool store-credentials twauth --keychain "$keychain" \
    --key "$work/notary.p8" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER"

{
    echo "TWAUTH_SIGNING_IDENTITY=$IDENTITY"
    echo "TWAUTH_NOTARY_PROFILE=twauth"
    echo "TWAUTH_NOTARY_KEYCHAIN=$keychain"
} >>"$GITHUB_ENV"
