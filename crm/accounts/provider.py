"""Single sign-on: what an OpenID Connect provider is asked, and what it answers. Knows no accounts.

The libraries for it take 11 MB, and most processes never ask: they are loaded when somebody does.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
TIMEOUT = 10  # seconds
KEPT = 3600  # seconds that what the provider says of itself is kept
LEEWAY = 120  # seconds by which two clocks may differ


class Trouble(Exception):
    """The provider did not answer, or what it answered proves nobody."""


@dataclass(frozen=True)
class Errand:
    """One way to the provider and back: where to go, and what must come back with whoever returns."""

    url: str
    state: str
    nonce: str
    verifier: str


@cache
def provider_at(issuer: str, client_id: str, client_secret: str) -> Provider:
    """The provider that the settings name; what it says of itself is kept in this process."""
    return Provider(issuer, client_id, client_secret)


class Provider:
    """An OpenID Connect provider, found by its issuer's address."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self.issuer, self.client_id, self.client_secret = issuer, client_id, client_secret
        self.kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, back: str) -> Errand:
        """Send somebody there, to come back at an address of ours. Raises Trouble."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        url = str(self.metadata()["authorization_endpoint"])
        return Errand(f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}", state, nonce, verifier)

    def finish(self, code: str, back: str, *, nonce: str, verifier: str) -> dict[str, Any]:
        """The claims about whoever came back with a code. Raises Trouble."""
        tokens = self.exchange(code, back, verifier)
        claims = self.verified(str(tokens.get("id_token", "")), str(tokens.get("access_token", "")), nonce)
        return claims if "email" in claims else {**self.more_about(claims["sub"], tokens), **claims}

    def exchange(self, code: str, back: str, verifier: str) -> dict[str, Any]:
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        return self.ask("POST", self.metadata()["token_endpoint"], data=sent, auth=(self.client_id, self.client_secret))

    def verified(self, id_token: str, access_token: str, nonce: str) -> dict[str, Any]:
        """The claims of a token that this provider signed for us, now, for this errand."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        expected = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        try:
            try:
                token = jwt.decode(id_token, self.keys(), algorithms=ALGORITHMS)
            except InvalidKeyIdError:  # it has new keys
                token = jwt.decode(id_token, self.keys(afresh=True), algorithms=ALGORITHMS)
            params = {"nonce": nonce, "client_id": self.client_id, "access_token": access_token}
            claims = CodeIDToken(token.claims, token.header, expected, params)
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            raise Trouble(f"the token of the provider is not valid: {error}") from error
        return dict(claims)

    def more_about(self, subject: str, tokens: dict[str, Any]) -> dict[str, Any]:
        """What stands in no token, from the provider's own page about the person; of nobody else."""
        endpoint = self.metadata().get("userinfo_endpoint")
        if not endpoint:
            return {}
        told = self.ask("GET", endpoint, headers={"Authorization": f"Bearer {tokens.get('access_token', '')}"})
        return told if told.get("sub") == subject else {}

    def metadata(self) -> dict[str, Any]:
        """What the provider says of itself. Raises Trouble when it is another one."""
        found = self.known(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise Trouble(f"the provider calls itself {found.get('issuer')!r}, not {self.issuer!r}")
        return found

    def keys(self, *, afresh: bool = False) -> KeySet:
        from joserfc.jwk import KeySet

        return KeySet.import_key_set(self.known(self.metadata()["jwks_uri"], afresh=afresh))  # type: ignore[arg-type]

    def known(self, url: str, *, afresh: bool = False) -> dict[str, Any]:
        asked_at, answer = self.kept.get(url, (0.0, {}))
        if afresh or time.monotonic() - asked_at > KEPT or not answer:
            answer = self.ask("GET", url)
            self.kept[url] = (time.monotonic(), answer)
        return answer

    def ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        import httpx

        try:
            answer = httpx.request(method, url, timeout=TIMEOUT, **more).raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Trouble(f"the provider does not answer as expected: {error}") from error
        if not isinstance(answer, dict):
            raise Trouble("the provider does not answer as expected: no object")
        return answer
