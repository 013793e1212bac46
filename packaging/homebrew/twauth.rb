# The command alone, on macOS and Linux: brew install TAP/twauth. packaging/release/manifests.py fills the rest in.
class Twauth < Formula
  desc "Sign X bot accounts in and export their credentials"
  homepage "@REPOSITORY@"
  url "@DOWNLOAD@/twauth-@VERSION@.tar.gz"
  sha256 "@SHA256(twauth-@VERSION@.tar.gz)@"
  license "MIT"

  depends_on "python@3.13"

  # An entry of the lock with its hashes, of what only the window needs.
  WINDOW_ONLY = /^(?:pyside6|shiboken6)\S*==.*\\\n(?:.*--hash=.*\\\n)*.*--hash=.*\n/

  def install
    lock = (buildpath/"requirements/app.txt").read.gsub(WINDOW_ONLY, "")
    (buildpath/"command.txt").write lock
    system Formula["python@3.13"].opt_bin/"python3.13", "-m", "venv", libexec
    pip = [libexec/"bin/python", "-m", "pip", "install", "--no-deps"]
    system(*pip, "--require-hashes", "--requirement", "command.txt")
    system(*pip, "--no-build-isolation", "--no-index", ".")
    bin.install_symlink libexec/"bin/twauth"
    man1.install "docs/twauth.1"
    bash_completion.install "packaging/completions/bash/twauth"
    zsh_completion.install "packaging/completions/zsh/_twauth"
    fish_completion.install "packaging/completions/fish/twauth.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/twauth --version")
  end
end
