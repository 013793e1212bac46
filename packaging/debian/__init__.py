"""The Debian packages ``twauth`` and ``twauth-webview``, built from the Linux bundle."""
