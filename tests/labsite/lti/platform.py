"""A learning platform: a server of its own that signs what it says and believes nothing that is not signed.

/course/             a page with a link into the tool, and one to pick lessons; /frame/ has the first in a frame
/auth                the authorization end point: answers with a form that posts itself
/jwks                the platform's keys
/token               access tokens for signed assertions
/lines               the gradebook: lines, and their scores
/members             the list of names, two to a page
/return              where picked lessons come back
/about, /register    dynamic registration
"""

import functools
import json
import secrets
import threading
import time
import urllib.request
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PAGE = 2

Keys = dict[str, Any]


def new_key() -> rsa.RSAPrivateKey:
    """A key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.cache
def usual_key() -> rsa.RSAPrivateKey:
    """The key of every platform that has not another: making one takes a while."""
    return new_key()


class Platform:
    """Its server, its people, its course and its gradebook."""

    def __init__(self) -> None:
        self.key, self.kid = usual_key(), "platform-1"
        self.client, self.deployment = "podlab-client", "deployment-7"
        self.people = {
            "alice": ("Alice Adams", ["Learner"], "1001"),
            "bob": ("Bob Brown", ["Learner"], "1002"),
            "tina": ("Tina Teach", ["Instructor"], ""),
            "tom": ("Tom Helper", ["Instructor", "Instructor#TeachingAssistant"], ""),
        }
        self.absent: set[str] = set()  # people who are not in the course any more
        self.lines: dict[str, dict[str, Any]] = {}
        self.scores: list[dict[str, Any]] = []
        self.links: dict[str, dict[str, Any]] = {"link-1": {"title": "Pods", "custom": {}}}
        self.returned: list[dict[str, Any]] = []  # content items
        self.asked: list[str] = []  # paths, in order
        self.failing: list[int] = []  # statuses with which the next scores are answered
        self.tokens: dict[str, set[str]] = {}
        self.used: set[str] = set()
        self.tool = ""  # the address of the tool
        self.tool_keys: Callable[[], Keys] = lambda: fetched(f"{self.tool}/lti/keys/")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Requests,), {"school": self}))
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Close it."""
        self.server.shutdown()
        self.server.server_close()

    def facts(self) -> dict[str, str]:
        """What is to be registered at the tool."""
        return {
            "name": "Test School",
            "issuer": self.base,
            "client": self.client,
            "authorization": f"{self.base}/auth",
            "token": f"{self.base}/token",
            "keys": f"{self.base}/jwks",
        }

    def jwks(self) -> Keys:
        """The key set."""
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": self.kid, "alg": "RS256", "use": "sig"}]}

    # --- messages ------------------------------------------------------------------------------------------------------

    def message(self, who: str, nonce: str, link: str = "link-1") -> dict[str, Any]:
        """The claims of a launch by *who*; a link of "" asks for lessons to be picked."""
        now, (name, roles, number) = int(time.time()), self.people[who]
        claims: dict[str, Any] = {
            "iss": self.base,
            "aud": self.client,
            "sub": f"sub-{who}",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "name": name,
            CLAIM + "version": "1.3.0",
            CLAIM + "deployment_id": self.deployment,
            CLAIM + "target_link_uri": f"{self.tool}/lti/launch/",
            CLAIM + "roles": [self.role(each) for each in roles],
            CLAIM + "context": {"id": "course-1", "title": "Containers", "label": "C1"},
            CLAIM + "lis": {"person_sourcedid": number},
            NRPS + "claim/namesroleservice": {"context_memberships_url": f"{self.base}/members"},
        }
        return claims | (self.resource(link) if link else self.deep_linking())

    def role(self, short: str) -> str:
        """A context role, in full."""
        main, _, sub = short.partition("#")
        return f"{MEMBERSHIP}/{main}#{sub}" if sub else f"{MEMBERSHIP}#{main}"

    def resource(self, link: str) -> dict[str, Any]:
        """What only a launch by a link has."""
        row = self.links[link]
        grades = {"scope": [AGS + "scope/lineitem", AGS + "scope/score"], "lineitems": f"{self.base}/lines"}
        own = {"lineitem": row["line"]} if row.get("line") else {}
        return {
            CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "resource_link": {"id": link, "title": row["title"]},
            CLAIM + "custom": row["custom"],
            AGS + "claim/endpoint": grades | own,
        }

    def deep_linking(self) -> dict[str, Any]:
        """What only a request for lessons has."""
        settings = {
            "deep_link_return_url": f"{self.base}/return",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["window"],
            "accept_multiple": True,
            "data": "remember-me",
        }
        return {CLAIM + "message_type": "LtiDeepLinkingRequest", DEEP + "deep_linking_settings": settings}

    def signed(self, claims: dict[str, Any], **other: Any) -> str:
        """A JWT; *other* stands for key, algorithm or headers."""
        how = {"key": self.key, "algorithm": "RS256", "headers": {"kid": self.kid}, **other}
        return jwt.encode(claims, **how)

    # --- what the tool says ------------------------------------------------------------------------------------------------

    def checked(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of what the tool has signed; raises jwt.PyJWTError."""
        head = jwt.get_unverified_header(token)
        keys = {each["kid"]: each for each in self.tool_keys()["keys"]}
        key = jwt.PyJWK(keys[head["kid"]], algorithm="RS256")
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=audience,
            issuer=self.client,
            options={"require": ["exp", "iat"]},
        )
        return claims

    def access(self, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The token end point."""
        if fields.get("grant_type") != "client_credentials" or fields.get("client_assertion_type") != ASSERTION:
            return 400, {"error": "unsupported_grant_type"}
        try:
            claims = self.checked(fields["client_assertion"], f"{self.base}/token")
        except (jwt.PyJWTError, KeyError) as error:
            return 401, {"error": "invalid_client", "error_description": str(error)}
        if claims["sub"] != self.client or claims["jti"] in self.used:
            return 401, {"error": "invalid_client"}
        self.used.add(claims["jti"])
        token = secrets.token_urlsafe(16)
        self.tokens[token] = set(fields["scope"].split())
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": fields["scope"]}


def fetched(url: str) -> Keys:
    """JSON from *url*."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        found: Keys = json.load(answer)
        return found


class Requests(BaseHTTPRequestHandler):
    """One request."""

    school: Platform

    def log_message(self, *words: Any) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        """By the path."""
        self.where = urlsplit(self.path)
        self.query = dict(parse_qsl(self.where.query, keep_blank_values=True))
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.school.asked.append(f"{self.command} {self.where.path}")
        name = self.where.path.strip("/").split("/")[0] or "course"
        getattr(self, f"on_{name.replace('-', '_')}", self.on_nothing)()

    def say(self, content: Any, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """Answer."""
        data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)

    def page(self, html: str) -> None:
        """Answer with a page."""
        self.say(f"<!doctype html><html lang=en><title>School</title>{html}", kind="text/html; charset=utf-8")

    def fields(self) -> dict[str, str]:
        """The fields of a form."""
        return {key: values[0] for key, values in parse_qs(self.body.decode()).items()}

    def on_nothing(self) -> None:
        """Nothing here."""
        self.say({}, 404)

    # --- for people ------------------------------------------------------------------------------------------------------

    def initiation(self, link: str) -> str:
        """The address at which the tool is told that somebody comes."""
        target = "launch" if link else "deep"
        fields = {
            "iss": self.school.base,
            "client_id": self.school.client,
            "login_hint": self.query.get("who", "alice"),
            "lti_message_hint": link or "deep",
            "target_link_uri": f"{self.school.tool}/lti/{target}/",
        }
        return f"{self.school.tool}/lti/login/?{urlencode(fields)}"

    def on_course(self) -> None:
        """The course, for ?who=."""
        links = self.school.links.items()
        listed = "".join(
            f'<p><a id="{name}" href="{escape(self.initiation(name))}">{row["title"]}</a>' for name, row in links
        )
        self.page(f'<h1>Containers</h1>{listed}<p><a id=pick href="{escape(self.initiation(""))}">Pick lessons</a>')

    def on_frame(self) -> None:
        """The tool in a frame: the link, or the lessons to pick, or any other page."""
        inner = self.query.get("of") or self.initiation(self.query.get("link", ""))
        self.page(f'<h1>Containers</h1><iframe width=900 height=600 src="{escape(inner)}"></iframe>')

    def on_auth(self) -> None:
        """Who is there answers what the tool asks: here, whoever login_hint names."""
        asked = self.query
        good = (
            asked.get("client_id") == self.school.client
            and asked.get("redirect_uri") == f"{self.school.tool}/lti/launch/"
            and (asked.get("response_type"), asked.get("response_mode")) == ("id_token", "form_post")
            and asked.get("scope") == "openid"
        )
        if not good:
            self.say({"error": "invalid_request"}, 400)
            return
        hint = asked["lti_message_hint"]
        claims = self.school.message(asked["login_hint"], asked["nonce"], "" if hint == "deep" else hint)
        token = self.school.signed(claims)
        self.page(
            f'<form id=f method=post action="{escape(asked["redirect_uri"])}"><input name=id_token value="{token}">'
            f'<input name=state value="{escape(asked["state"])}"></form><script>f.submit()</script>'
        )

    def on_return(self) -> None:
        """Lessons were picked."""
        try:
            claims = self.school.checked(self.fields()["JWT"], self.school.base)
        except jwt.PyJWTError as error:
            self.say({"error": str(error)}, 400)
            return
        assert claims[CLAIM + "message_type"] == "LtiDeepLinkingResponse"
        assert claims[CLAIM + "deployment_id"] == self.school.deployment
        assert claims[DEEP + "data"] == "remember-me"
        for each in claims[DEEP + "content_items"]:
            self.school.returned.append(each)
            name = f"link-{len(self.school.links) + 1}"
            self.school.links[name] = {"title": each["title"], "custom": each["custom"]}
            if "lineItem" in each:
                self.school.links[name]["line"] = self.new_line(each["lineItem"])
        self.page(f"<h1>Added {len(claims[DEEP + 'content_items'])}</h1>")

    # --- for the tool ------------------------------------------------------------------------------------------------------

    def on_jwks(self) -> None:
        """The keys."""
        self.say(self.school.jwks())

    def on_token(self) -> None:
        """An access token."""
        status, content = self.school.access(self.fields())
        self.say(content, status)

    def may(self, scope: str) -> bool:
        """Whether the request has a token with *scope*; else it is refused."""
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer" and scope in self.school.tokens.get(token, ()):
            return True
        self.say({"error": "invalid_token"}, 401)
        return False

    def new_line(self, facts: dict[str, Any]) -> str:
        """A line in the gradebook."""
        url = f"{self.school.base}/lines/{len(self.school.lines) + 1}?type=1"
        self.school.lines[url] = {**facts, "id": url}
        return url

    def on_lines(self) -> None:
        """The gradebook."""
        if self.where.path.endswith("/scores"):
            self.on_score()
        elif self.may(AGS + "scope/lineitem"):
            if self.command == "POST":
                facts = json.loads(self.body)
                self.say(self.school.lines[self.new_line(facts)], 201)
            else:
                wanted = self.query.get("resource_link_id")
                self.say([each for each in self.school.lines.values() if each.get("resourceLinkId") == wanted])

    def on_score(self) -> None:
        """A score."""
        if not self.may(AGS + "scope/score"):
            return
        if self.school.failing:
            self.say({}, self.school.failing.pop(0))
            return
        assert self.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
        line = f"{self.school.base}{self.where.path.removesuffix('/scores')}?{self.where.query}"
        assert line in self.school.lines, line
        self.school.scores.append({**json.loads(self.body), "line": line})
        self.say({}, 200)

    def on_members(self) -> None:
        """The names, two to a page."""
        if not self.may(NRPS + "scope/contextmembership.readonly"):
            return
        at = int(self.query.get("from", 0))
        listed = [
            {
                "user_id": f"sub-{who}",
                "name": name,
                "roles": [self.school.role(each) for each in roles],
                "lis_person_sourcedid": number,
                "status": "Inactive" if who in self.school.absent else "Active",
            }
            for who, (name, roles, number) in self.school.people.items()
        ]
        more = {"Link": f'<{self.school.base}/members?from={at + PAGE}>; rel="next"'} if at + PAGE < len(listed) else {}
        self.say({"id": "x", "context": {"id": "course-1"}, "members": listed[at : at + PAGE]}, **more)

    # --- dynamic registration -------------------------------------------------------------------------------------------------

    def on_about(self) -> None:
        """What the platform says of itself."""
        base = self.school.base
        self.say(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/auth",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/jwks",
                "registration_endpoint": f"{base}/register",
                "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "schoolware"},
            }
        )

    def on_register(self) -> None:
        """A tool registers."""
        if self.headers.get("Authorization") != "Bearer admit-me":
            self.say({}, 401)
            return
        facts = json.loads(self.body)
        assert facts["token_endpoint_auth_method"] == "private_key_jwt"
        more = facts["https://purl.imsglobal.org/spec/lti-tool-configuration"]
        assert more["target_link_uri"].endswith("/lti/launch/")
        more = {**more, "deployment_id": self.school.deployment}
        self.say({**facts, "client_id": "given-client", "https://purl.imsglobal.org/spec/lti-tool-configuration": more})
