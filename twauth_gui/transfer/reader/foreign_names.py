"""Words for keys in other languages than English, as people label them in notes and tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# Without accents: the words as comparable() returns them.
FOREIGN_WORDS = {
    "key": """
        schlussel schluessel cle clef clave clau chave chiave sleutel nyckel nokkel klucz klic
        anahtar anahtari kulcs ключ キー 密钥 密鑰 金鑰 키""",
    "secret": """
        geheimnis geheim geheimer geheime geheimes secrete secreto secreta segredo segreto segreta
        geheime hemlighet tajny sekret секрет секретныи секретнои gizli シークレット 秘密 시크릿""",
    "token": """
        jeton jetons ficha zugangstoken tokenu tokena belirteci belirtec токен токена トークン 令牌
        权杖 토큰""",
    "access": """
        zugriff zugang acces acceso acesso accesso toegang dostep dostepu pristup erisim доступ
        доступа アクセス 访问 存取 액세스""",
    "access token": "zugriffstoken zugriffstokens toegangstoken 访问令牌 存取權杖 액세스토큰",
    "consumer": "consommateur consumidor consumatore コンシューマ コンシューマー",
    "user": "benutzer utilisateur usuario utente gebruiker пользователь ユーザー",
    "user name": "benutzername nomdutilisateur gebruikersnaam ユーザー名 用户名",
    "account": "konto compte cuenta conta аккаунт アカウント 帐号 账号",
    "screen name": "スクリーンネーム",
}
_WORDS = {word: english for english, words in FOREIGN_WORDS.items() for word in words.split()}
_LONGEST = max(map(len, _WORDS))
_LINKS = frozenset(
    [
        "d",
        "l",
        "de",
        "del",
        "du",
        "des",
        "der",
        "dello",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "la",
        "le",
        "el",
        "zum",
        "von",
        "van",
    ]
)


def comparable(name: str) -> str:
    """Return a name without accents; one that is all ASCII as it is."""
    if name.isascii():
        return name
    plain = unicodedata.normalize("NFKD", name.replace("\u0131", "i"))
    kept = "".join(sign for sign in plain if not ("\u0300" <= sign <= "\u036f"))
    return unicodedata.normalize("NFC", kept)


def translate(words: list[str]) -> list[str]:
    """Return the words in English if any is known, without what links them."""
    if _WORDS.keys().isdisjoint(words) and all(map(str.isascii, words)):
        return words
    parts = [part for word in words for part in _split(word)]
    if not any(part in _WORDS for part in parts):
        return words
    kept = (_WORDS.get(part, part) for part in parts if part not in _LINKS)
    return [word for text in kept for word in text.split()]


def _split(word: str) -> Iterator[str]:
    """Yield the known words that a text without blanks is made of, as in Japanese, or itself."""
    if word.isascii() or word in _WORDS:
        yield word
        return
    at, parts = 0, list[str]()
    while at < len(word):
        ends = range(min(len(word), at + _LONGEST), at, -1)
        end = next((end for end in ends if word[at:end] in _WORDS), 0)
        if not end:
            yield word
            return
        parts.append(word[at:end])
        at = end
    yield from parts
