"""A small provider of OpenID Connect: a server of its own, which signs what it says and hands a code out once.

/.well-known/openid-configuration   what it says of itself
/authorize      asks who somebody is (?who= answers at once), and sends them back with a code
/token          tokens for a code, whoever knows the verifier and the secret
/jwks           its keys
/userinfo       what it knows of whoever an access token is for
/end            logs out, and leads back
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import jwt
from jwt.algorithms import RSAAlgorithm

from tests.labsite.lti.platform import usual_key

Fields = dict[str, str]


class Provider:
    """Its server, its people and what it was asked."""

    def __init__(self) -> None:
        self.key, self.kid = usual_key(), "key-1"
        self.client, self.secret = "podlab", "s3cret:%/"
        self.people: dict[str, dict[str, Any]] = {
            "alice": {"sub": "sub-alice", "preferred_username": "alice", "email": "alice@school.example"},
            "tina": {"sub": "sub-tina", "preferred_username": "tina", "realm_access": {"roles": ["teachers", "all"]}},
        }
        self.says: dict[str, Any] = {}  # of itself, beside the usual
        self.lies: dict[str, Any] = {}  # claims of tokens, beside the usual
        self.head: dict[str, Any] = {}  # of tokens, beside the usual
        self.in_token = True  # whether the token tells of the person, or /userinfo alone
        self.codes: dict[str, Fields] = {}
        self.access: dict[str, str] = {}
        self.asked: list[str] = []  # paths, in order
        self.authorized: list[Fields] = []  # questions
        self.ended: list[Fields] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Requests,), {"provider": self}))
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Close it."""
        self.server.shutdown()
        self.server.server_close()

    def settings(self) -> dict[str, str]:
        """Podlab's settings for it."""
        return {
            "OIDC_ISSUER": self.base,
            "OIDC_CLIENT_ID": self.client,
            "OIDC_CLIENT_SECRET": self.secret,
            "OIDC_NAME": "School",
        }

    def about(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/authorize?tenant=1",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/jwks",
            "userinfo_endpoint": f"{self.base}/userinfo",
            "end_session_endpoint": f"{self.base}/end",
            "code_challenge_methods_supported": ["S256"],
            **self.says,
        }

    def jwks(self) -> dict[str, Any]:
        """Its keys."""
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": self.kid, "alg": "RS256", "use": "sig"}]}

    def coded(self, question: Fields, who: str) -> str:
        """Where somebody is sent who has said who they are."""
        assert question["response_type"] == "code"
        assert question["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**question, "who": who}
        back = {"code": code, "state": question["state"], "iss": self.base}
        return f"{question['redirect_uri']}?{urlencode(back)}"

    def redeemed(self, fields: Fields, authorization: str) -> tuple[int, dict[str, Any]]:
        """Tokens for a code, once."""
        said = self.credentials(fields, authorization)
        question = self.codes.pop(fields.get("code", ""), None)
        if said != (self.client, self.secret):
            return 401, {"error": "invalid_client"}
        proof = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        if (
            question is None
            or question["redirect_uri"] != fields.get("redirect_uri")
            or base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != question["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        self.access[access] = question["who"]
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": self.signed(question)}

    def credentials(self, fields: Fields, authorization: str) -> tuple[str, str]:
        """The client, and its secret."""
        if authorization.startswith("Basic "):
            name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            return unquote_plus(name), unquote_plus(secret)
        return fields.get("client_id", ""), fields.get("client_secret", "")

    def signed(self, question: Fields) -> str:
        """The ID token that answers a question."""
        now = int(time.time())
        person = self.people[question["who"]]
        claims = {
            "iss": self.base,
            "aud": self.client,
            "iat": now,
            "exp": now + 300,
            "nonce": question["nonce"],
            **(person if self.in_token else {"sub": person["sub"]}),
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        head = {"kid": self.kid, **self.head}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={k: v for k, v in head.items() if v is not None})


class Requests(BaseHTTPRequestHandler):
    """What comes in."""

    provider: Provider

    def log_message(self, *words: object) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        self.fields = dict(parse_qsl(where.query))
        self.provider.asked.append(where.path)
        name = where.path.strip("/").replace(".well-known/openid-configuration", "about")
        getattr(self, f"on_{name}", lambda: self.say({}, 404))()

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, content = self.provider.redeemed(dict(parse_qsl(body)), self.headers.get("Authorization", ""))
        self.say(content, status)

    def say(self, content: Any, status: int = 200, *, html: str = "", location: str = "") -> None:
        """Answer."""
        data = html.encode() if html else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if html else "application/json")
        self.send_header("Content-Length", str(len(data)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(data)

    def on_about(self) -> None:
        """What it says of itself."""
        self.say(self.provider.about())

    def on_jwks(self) -> None:
        """Its keys."""
        self.say(self.provider.jwks())

    def on_authorize(self) -> None:
        """Who are you?"""
        self.provider.authorized.append(self.fields)
        people = "".join(
            f'<p><a id="{who}" href="{self.provider.coded(self.fields, who)}">{who}</a>' for who in self.provider.people
        )
        self.say(None, html=f"<!doctype html><html lang=en><title>School</title><h1>Who are you?</h1>{people}")

    def on_userinfo(self) -> None:
        """What is known of somebody."""
        who = self.provider.access.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        self.say(self.provider.people[who] if who else {"error": "invalid_token"}, 200 if who else 401)

    def on_end(self) -> None:
        """Log out, and back."""
        self.provider.ended.append(self.fields)
        self.say(None, 302, location=self.fields["post_logout_redirect_uri"])
