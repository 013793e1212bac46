#!/bin/sh
# Makes Twauth-VERSION-macos-ARCH.dmg from dist/Twauth.app: package.sh VERSION. Runs on macOS only.
# Signs and notarizes if these are set, else signs for this computer alone (Gatekeeper refuses it elsewhere):
#   TWAUTH_SIGNING_IDENTITY   "Developer ID Application: …", in a keychain that is unlocked
#   TWAUTH_NOTARY_PROFILE     a profile that 'xcrun notarytool store-credentials' has saved,
#   TWAUTH_NOTARY_KEYCHAIN    … in this keychain, if it is not the default one
# No credential is an argument of a program here.
set -eu
version=$1
here=$(cd "$(dirname "$0")" && pwd -P)
cd "$here/../.."
app=dist/Twauth.app
image=dist/Twauth-$version-macos-$(uname -m).dmg
identity=${TWAUTH_SIGNING_IDENTITY:--}
# A timestamp of Apple's makes the signature last beyond the certificate; there is none without an identity.
if [ "$identity" = - ]; then timestamp=--timestamp=none; else timestamp=--timestamp; fi

# From the inside out, because each signature covers those within. --deep would give the engine's helper the
# entitlements of the app, and leaves out code below Resources.
set -- codesign --force --sign "$identity" --options runtime "$timestamp"
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -exec "$@" {} +
find "$app/Contents/Frameworks" -type d -name QtWebEngineProcess.app -prune \
    -exec "$@" --entitlements "$here/engine.entitlements" {} +
find "$app/Contents/Frameworks" -type d -name '*.framework' -prune -exec "$@" {} +
find "$app/Contents/Frameworks" -maxdepth 1 -type f -name Python -exec "$@" {} +
"$@" --entitlements "$here/twauth.entitlements" "$app/Contents/MacOS/twauth"
"$@" --entitlements "$here/twauth.entitlements" "$app"
codesign --verify --deep --strict --verbose=2 "$app"

notarize() {
    xcrun notarytool submit "$1" --wait --keychain-profile "$TWAUTH_NOTARY_PROFILE" \
        ${TWAUTH_NOTARY_KEYCHAIN:+--keychain "$TWAUTH_NOTARY_KEYCHAIN"}
}

# The app carries its own ticket, so that it also opens offline once it has left the image.
if [ -n "${TWAUTH_NOTARY_PROFILE:-}" ]; then
    ditto -c -k --keepParent "$app" build/Twauth.zip
    notarize build/Twauth.zip
    xcrun stapler staple "$app"
fi

staging=build/dmg
rm -rf "$staging" "$image"
mkdir -p "$staging"
ditto "$app" "$staging/Twauth.app"
ln -s /Applications "$staging/Applications"
hdiutil create -volname Twauth -srcfolder "$staging" -fs HFS+ -format ULMO -ov "$image"

if [ "$identity" != - ]; then codesign --sign "$identity" "$timestamp" "$image"; fi
if [ -n "${TWAUTH_NOTARY_PROFILE:-}" ]; then
    notarize "$image"
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
fi
echo "$image"
