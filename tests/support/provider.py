"""A provider of single sign-on over HTTP, made of Authlib's server side: it checks client, redirect and PKCE.

It tells the truth about whoever is `person`, unless `lies` says otherwise.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "crm", "a secret between the two"


class Client(ClientMixin):  # type: ignore[misc]
    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return urlsplit(redirect_uri).path == "/sign-in/provider/back"

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A code as it was asked for, with what PKCE and OpenID Connect remember of it."""

    def __init__(self, asked: Any) -> None:
        self.redirect_uri, self.scope, self.nonce = asked["redirect_uri"], asked["scope"], asked.get("nonce")
        self.code_challenge = asked.get("code_challenge")
        self.code_challenge_method = asked.get("code_challenge_method")
        self.auth_time = int(time.time())

    def get_redirect_uri(self) -> str:
        return str(self.redirect_uri)

    def get_scope(self) -> str:
        return str(self.scope)

    def get_nonce(self) -> str | None:
        return self.nonce  # type: ignore[no-any-return]

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Provider:
    """The provider: who comes (`person`: claims), and which claims of its tokens are false (`lies`)."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}
        self.codes: dict[str, Code] = {}
        self.asked: list[str] = []
        self.new_key()
        self.issuer = ""
        self.app = self.make_app()

    def new_key(self) -> None:
        """Sign with another key from now on."""
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.signs_with = self.key

    def make_app(self) -> Flask:
        app = Flask("provider")
        server = AuthorizationServer(app, query_client=lambda _: Client(self), save_token=lambda *_: None)
        server.register_grant(code_grant(self), [CodeChallenge(required=True), openid(self)])

        @app.get("/.well-known/openid-configuration")
        def metadata() -> Any:
            told = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            return jsonify(issuer=self.issuer, **{name: self.issuer + path for name, path in told.items()})

        @app.get("/keys")
        def keys() -> Any:
            self.asked.append("keys")
            return jsonify(keys=[self.key.as_dict(private=False)])

        @app.get("/authorize")
        def authorize() -> Any:
            grant = server.get_consent_grant(end_user=self)
            return server.create_authorization_response(grant_user=self, grant=grant)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        return app


def code_grant(provider: Provider) -> type[AuthorizationCodeGrant]:
    class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012 - as Authlib has it

        def save_authorization_code(self, code: str, request: Any) -> None:
            provider.codes[code] = Code(request.payload.data)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            provider.codes = {code: one for code, one in provider.codes.items() if one is not authorization_code}

        def authenticate_user(self, authorization_code: Code) -> Provider:
            return provider

    return CodeGrant


def openid(provider: Provider) -> OpenIDCode:
    class Tokens(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(one.nonce == nonce for one in provider.codes.values())

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return provider.signs_with

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": str(provider.key.kid)}

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": provider.issuer, "aud": [CLIENT_ID]}

        def generate_user_info(self, user: Provider, scope: str) -> dict[str, Any]:
            return {**user.person, **user.lies}

    return Tokens()


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider on a port of its own."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider.app, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
