# The app with the command: brew install --cask TAP/twauth-app. packaging/release/manifests.py fills the rest in.
cask "twauth-app" do
  version "@VERSION@"
  sha256 "@SHA256(Twauth-@VERSION@-macos-arm64.dmg)@"

  url "@DOWNLOAD@/Twauth-#{version}-macos-arm64.dmg"
  name "Twauth"
  desc "Sign X bot accounts in and export their credentials"
  homepage "@REPOSITORY@"

  depends_on arch: :arm64
  depends_on macos: ">= :sonoma"

  app "Twauth.app"
  binary "#{appdir}/Twauth.app/Contents/MacOS/twauth"

  # No zap: the list of accounts leads to the credentials in the login keychain.
end
