"""Google's answers: its OAuth endpoints, labels, and users.messages.import in all upload forms.

https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/import
https://developers.google.com/workspace/gmail/api/guides/uploads
"""

import base64
import binascii
import json
import re
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from local_cloud.connection.addresses import GOOGLE, listen, url
from local_cloud.connection.exchange import Answer, Asked, ConnectionDropped
from local_cloud.connection.loopback import LoopbackServer
from local_cloud.mailbox.accounts import LABELS_SCOPE, SCOPE, Accounts, invalid_grant
from local_cloud.mailbox.consents import Consents
from local_cloud.mailbox.faults import Fault, Faults, google_error
from local_cloud.mailbox.labels import Labels
from local_cloud.mailbox.mischief import Kill, Mischief
from local_cloud.mailbox.multipart import NotMultipart, split
from local_cloud.mailbox.store import Store
from local_cloud.mailbox.uploads import GRANULE, ContentRange, Upload, Uploads

AUTHORIZATION = "/o/oauth2/v2/auth"
PATH = re.compile(r"(/resumable)?(/upload)?/gmail/v1/users/([^/]+)/messages/import")
LABELS = re.compile(r"/gmail/v1/users/([^/]+)/labels")
MAXIMUM_MULTIPART = 5 * 1024 * 1024
MAXIMUM_RAW = 150 * 1024 * 1024
OPTIONS = ("internalDateSource", "neverMarkSpam", "processForCalendar", "deleted")


class Mailbox:
    """The servers of Google's hosts in one world."""

    def __init__(
        self,
        context: ssl.SSLContext,
        clock: Callable[[], float] = time.time,
        kill: Kill = lambda _: None,
    ) -> None:
        self._clock = clock
        self.accounts = Accounts(clock)
        self.consents = Consents(self.accounts)
        self.faults = Faults()
        self.store = Store(clock)
        self.labels = Labels()
        self.requests: list[dict[str, Any]] = []
        self._uploads = Uploads()
        self._closing = threading.Event()
        self._mischief = Mischief(self._closing, kill)
        self._server = LoopbackServer(self._handle, listen(list(GOOGLE.values())), context)
        self.traffic = self._server.traffic
        self.url = url(GOOGLE["gmail"], self._server.port)

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses in place of Google's endpoints, by the variables' names."""
        hosts = {name: url(address, self._server.port) for name, address in GOOGLE.items()}
        return {
            "GMAIL_ENDPOINT_URL": hosts["gmail"],
            "GOOGLE_TOKEN_ENDPOINT_URL": f"{hosts['token']}/token",
            "GOOGLE_AUTHORIZATION_ENDPOINT_URL": f"{hosts['authorization']}{AUTHORIZATION}",
        }

    def close(self) -> None:
        self._closing.set()
        self._server.close()

    def _handle(self, asked: Asked) -> Answer:
        answer = self._route(asked)
        self.requests.append(
            {
                "at": self._clock(),
                "method": asked.method,
                "path": asked.path,
                "query": asked.query,
                "status": answer.status,
                "size": len(asked.body),
                "contentRange": asked.headers.get("Content-Range"),
            }
        )
        return answer

    def _route(self, asked: Asked) -> Answer:
        if (asked.method, asked.path) == ("POST", "/token"):
            return self._token(asked)
        if (asked.method, asked.path) == ("GET", AUTHORIZATION):
            return self._authorization(asked)
        if (labels := LABELS.fullmatch(asked.path)) is not None:
            owner = self._owner(asked, unquote(labels.group(1)), LABELS_SCOPE)
            return owner if isinstance(owner, Answer) else self.labels.answer(asked, owner)
        match = PATH.fullmatch(asked.path)
        if match is None:
            return google_error(404, "notFound", "Not Found")
        identifier = asked.arguments.get("upload_id")
        if identifier is not None:
            return self._continue(asked, identifier)
        if asked.method != "POST":
            return google_error(404, "notFound", "Not Found")
        resumable = bool(match.group(1)) or asked.arguments.get("uploadType") == "resumable"
        fault = self.faults.take("start" if resumable else "import")
        if fault is not None and (answer := self._mischief.before(fault, asked)) is not None:
            return answer
        mailbox = self._owner(asked, unquote(match.group(3)), SCOPE)
        if isinstance(mailbox, Answer):
            return mailbox
        if resumable:
            return self._mischief.after(fault, asked, self._start(asked, mailbox))
        answer = self._import(asked, mailbox, bool(match.group(2)))
        return self._mischief.after(fault, asked, answer)

    def _token(self, asked: Asked) -> Answer:
        fault = self.faults.take("token")
        if fault is not None:
            if fault.kind == "invalid_grant":
                return invalid_grant()
            if (answer := self._mischief.before(fault, asked)) is not None:
                return answer
        form = dict(parse_qsl(asked.read().decode("utf-8", "replace"), keep_blank_values=True))
        if form.get("grant_type") == "authorization_code":
            return self.consents.exchange(form)
        answer = self.accounts.refresh(form, rotate=fault is not None and fault.kind == "rotate")
        return self._mischief.after(fault, asked, answer)

    def _authorization(self, asked: Asked) -> Answer:
        fault = self.faults.take("consent")
        if fault is not None and (answer := self._mischief.before(fault, asked)) is not None:
            return answer
        is_denied = fault is not None and fault.kind == "deny"
        unticked = fault.scope if fault is not None and fault.kind == "untick" else ""
        return self.consents.ask(asked.arguments, is_denied, unticked)

    def _owner(self, asked: Asked, user: str, scope: str) -> str | Answer:
        """The mailbox that the request is about, if its token is valid and has the scope."""
        access = self.accounts.access(asked.headers.get("Authorization"))
        if access is None:
            asked.read()
            answer = google_error(401, "authError", "Invalid Credentials")
            answer.headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/"'
            return answer
        if scope not in access.scopes:
            asked.read()
            return google_error(
                403, "insufficientPermissions", "Request had insufficient authentication scopes."
            )
        if user != "me" and user.lower() != access.address:
            asked.read()
            return google_error(403, "forbidden", f"Delegation denied for {user}")
        return access.address

    def _import(self, asked: Asked, mailbox: str, is_upload: bool) -> Answer:
        body = asked.read()
        if asked.is_truncated:
            raise ConnectionDropped
        try:
            if not is_upload:
                metadata = json.loads(body)
                text = str(metadata.pop("raw"))
                raw, via = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "json"
            elif asked.arguments.get("uploadType") == "multipart":
                if len(body) > MAXIMUM_MULTIPART + 65536:
                    return google_error(413, "uploadTooLarge", "Request is too large.")
                metadata, raw = split(body, asked.headers.get("Content-Type") or "")
                via = "multipart"
            else:
                metadata, raw, via = {}, body, "media"
        except (NotMultipart, ValueError, KeyError, binascii.Error) as error:
            return google_error(400, "badRequest", f"Bad Request: {error}")
        return self._keep(mailbox, raw, metadata, asked.arguments, via)

    def _keep(
        self, mailbox: str, raw: bytes, metadata: dict[str, Any], options: dict[str, str], via: str
    ) -> Answer:
        if not raw:
            return google_error(400, "invalidArgument", "Empty message")
        if len(raw) > MAXIMUM_RAW:
            return google_error(413, "uploadTooLarge", "Request is too large.")
        if (refusal := self.faults.refusal(raw)) is not None:
            return refusal
        labels = [str(label) for label in metadata.get("labelIds", [])]
        if (refusal := self.labels.wrong(mailbox, labels)) is not None:
            return refusal
        known = {k: v for k, v in options.items() if k in OPTIONS}
        stored = self.store.put(mailbox, raw, labels, known, via)
        return Answer.of_json(
            {"id": stored.id, "threadId": stored.thread, "labelIds": stored.labels}
        )

    def _start(self, asked: Asked, mailbox: str) -> Answer:
        try:
            metadata = asked.json()
        except ValueError:
            return google_error(400, "parseError", "Parse Error")
        size = asked.headers.get("X-Upload-Content-Length")
        upload = self._uploads.start(
            mailbox, metadata, asked.arguments, int(size) if size else None
        )
        location = f"{self.url}{asked.path}?{asked.query}&upload_id={upload.id}"
        return Answer(200, headers={"Location": location, "X-GUploader-UploadID": upload.id})

    def _continue(self, asked: Asked, identifier: str) -> Answer:
        given = asked.headers.get("Content-Range")
        is_probe = given is not None and ContentRange.parse(given).first is None
        fault = self.faults.take("probe" if is_probe else "upload")
        if fault is not None and fault.kind == "status" and fault.status in (404, 410):
            self._uploads.end(identifier)
        if fault is not None and (answer := self._mischief.before(fault, asked)) is not None:
            return answer
        upload = self._uploads.get(identifier)
        if upload is None:
            return google_error(404, "notFound", "Upload session not found")
        if asked.method not in ("PUT", "POST"):
            return google_error(404, "notFound", "Not Found")
        if upload.answer is not None:  # a client that lost it asks again
            asked.read()
            return upload.answer
        content = ContentRange.parse(given) if given else None
        if content is not None and content.first is None:
            asked.read()
            return resume_incomplete(upload)
        answer = self._take(asked, upload, content, fault)
        return self._mischief.after(fault, asked, answer)

    def _take(
        self, asked: Asked, upload: Upload, content: ContentRange | None, fault: Fault | None
    ) -> Answer:
        first = content.first or 0 if content else 0
        total = content.total if content else int(asked.headers.get("Content-Length") or 0)
        if first != len(upload.received):
            asked.read()
            if first < len(upload.received):
                return resume_incomplete(upload)
            return google_error(400, "badRequest", "Failed to parse Content-Range header.")
        is_cut = fault is not None and fault.kind == "cut"
        body = asked.read(fault.after_bytes) if is_cut and fault else asked.read()
        upload.received += body
        if asked.is_truncated:
            del upload.received[len(upload.received) // GRANULE * GRANULE :]
            raise ConnectionDropped(reset=True)
        if total is None or len(upload.received) < total:
            if len(body) % GRANULE:
                return google_error(400, "badRequest", "Chunks are multiples of 256 KiB")
            return resume_incomplete(upload)
        if len(upload.received) > total or (upload.declared_size or total) != total:
            return google_error(400, "badRequest", "The upload has another size than declared")
        upload.answer = self._keep(
            upload.mailbox, bytes(upload.received), upload.metadata, upload.options, "resumable"
        )
        upload.received.clear()
        return upload.answer


def resume_incomplete(upload: Upload) -> Answer:
    return Answer(308, headers=upload.range_header)
