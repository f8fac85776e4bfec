"""A tagger behind any OpenAI-compatible address: vLLM, Ollama, llama.cpp's server, or hosted."""

import base64
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Literal, TypeAlias

import httpx

from models.errors import BadInput, TaggerUnavailable, TaggingFailed
from models.tagger_dialogue import Answer, Message, converse
from models.tagger_prompt import prompt_fingerprint
from models.tagger_schema import answer_schema
from models.tagger_types import Tagged, TaggerOptions, TagSubject

Format: TypeAlias = Literal["json_schema", "json_object", "none"]

_MAX_BYTES = 1_000_000
_LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_NO_ACCESS = frozenset({401, 402, 403, 404, 405, 407})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked, and how patiently.

    Attributes:
        address: up to the version: "http://localhost:11434/v1".
        model: as the server names it.
        key: sent as a bearer token to that address only; "" for none.
        at_once: requests at a time.
        per_minute: requests that are begun in any minute, repeated ones too; None for no limit.
        seconds: until an answer has to be whole.
        tries: for each request, the first included, while the server is busy or broken.
        first_wait: seconds before the second; doubled from then on, half of it by chance.
        longest_wait: seconds; a server that asks for more is not asked again about this product.
    """

    address: str
    model: str
    key: str = field(default="", repr=False)
    at_once: int = 4
    per_minute: float | None = None
    seconds: float = 120.0
    tries: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What a server takes; learned from what it refuses, once a run."""

    format: Format = "json_schema"
    limit: str = "max_tokens"
    temperature: bool = True

    def after(self, refusal: str) -> "_Dialect | None":
        """What to try next; None where there is nothing left to leave out."""
        if self.limit == "max_tokens" and "max_completion_tokens" in refusal:
            return replace(self, limit="max_completion_tokens")
        if self.temperature and "temperature" in refusal:
            return replace(self, temperature=False)
        if self.format == "json_schema":
            return replace(self, format="json_object")
        if self.format == "json_object":
            return replace(self, format="none")
        return None


class EndpointTagger:
    """Asks over HTTP; from several threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        options: TaggerOptions,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """
        Raises:
            BadInput: no http(s) address, or no name of a model.
        """
        if not endpoint.model:
            raise BadInput(
                f"{endpoint.address} asks for a model by its name: which one is not said",
                remedy="name it with --model or SHOPLENS_TAGGER_MODEL",
            )
        self._endpoint, self._options, self._sleep = endpoint, options, sleep
        self._url = _completions(endpoint.address)
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {},
            timeout=httpx.Timeout(endpoint.seconds, connect=10.0),
            limits=httpx.Limits(max_connections=endpoint.at_once),
        )
        self._lock = Lock()
        self._next = 0.0
        self._dialect = _Dialect()

    @property
    def fingerprint(self) -> str:
        """Of the model, not of its address: a server that moves is not paid again."""
        return prompt_fingerprint(self._endpoint.model, self._options)

    @property
    def options(self) -> TaggerOptions:
        return self._options

    @property
    def at_once(self) -> int:
        return self._endpoint.at_once

    @property
    def format(self) -> Format:
        """How the server is asked for JSON, as far as it was found out."""
        return self._dialect.format

    def tag(self, subject: TagSubject) -> Tagged:
        return converse(subject, self._options, self._complete)

    def tokens(self, text: str) -> int | None:
        """None: only the server knows its tokenizer."""
        return None

    def _complete(self, messages: Sequence[Message]) -> Answer:
        dialect = self._dialect
        while True:
            status, body = self._patiently(self._body(messages, dialect))
            if status == 200:
                with self._lock:
                    self._dialect = dialect
                return _answer(body)
            # Not remembered before it helped: one product may be refused for its own length.
            refusal = body.decode(errors="replace")
            further = dialect.after(refusal)
            if further is None:
                raise TaggingFailed(
                    f"the server refuses the request ({status}): {_line(refusal)}",
                    remedy="the product keeps the shop's own attributes; see the server's log",
                    reason=f"refused with status {status}",
                )
            dialect = further

    def _patiently(self, body: dict[str, Any]) -> tuple[int, bytes]:
        """The status and body of the first answer that is neither busy nor broken.

        Raises:
            TaggerUnavailable: no access, no such model, or nobody there.
            TaggingFailed: busy or broken in all tries.
        """
        problem = ""
        for number in range(self._endpoint.tries):
            asked_to_wait = 0.0
            self._pace()
            try:
                status, headers, content = self._post(body)
            except httpx.TimeoutException:
                problem = "no answer in time"
            except httpx.TransportError as error:
                problem = f"no connection ({type(error).__name__})"
            except httpx.DecodingError:
                problem = "an answer that is not packed as it says"
            else:
                if status in _NO_ACCESS:
                    raise _no_access(self._url, status, content, self._endpoint.model)
                if status not in _LATER:
                    return status, content
                problem = f"status {status}"
                asked_to_wait = _seconds(headers.get("Retry-After", ""))
                if asked_to_wait > self._endpoint.longest_wait:
                    break
            if number + 1 < self._endpoint.tries:
                own = min(self._endpoint.longest_wait, self._endpoint.first_wait * 2**number)
                by_chance = random.uniform(0.5, 1.0)  # noqa: S311 # spreads requests, no secret
                self._sleep(max(asked_to_wait, own * by_chance))
        if problem.startswith("no connection"):
            raise TaggerUnavailable(
                f"{self._url} does not answer: {problem}",
                remedy="start the server, or name another with --tagger; what was written is kept",
            )
        raise TaggingFailed(
            f"the server gave nothing: {problem}, in {number + 1} tries",
            remedy="the product keeps the shop's own attributes; run it again later",
            reason=problem,
        )

    def _pace(self) -> None:
        """Wait for the next slot of the limit."""
        if self._endpoint.per_minute is None:
            return
        with self._lock:
            now = time.monotonic()
            slot = max(now, self._next)
            self._next = slot + 60.0 / self._endpoint.per_minute
        self._sleep(slot - now)

    def _post(self, body: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        """Read no more than an answer can have, for no longer than it may take."""
        deadline = time.monotonic() + self._endpoint.seconds
        content = bytearray()
        with self._client.stream("POST", self._url, json=body) as response:
            for part in response.iter_bytes():
                content += part
                if len(content) > _MAX_BYTES:
                    break
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("too slow", request=response.request)
            return response.status_code, response.headers, bytes(content)

    def _body(self, messages: Sequence[Message], dialect: _Dialect) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": [_as_sent(message) for message in messages],
            dialect.limit: self._options.answer_tokens,
        }
        if dialect.temperature:
            body["temperature"] = 0
        if dialect.format == "json_object":
            body["response_format"] = {"type": "json_object"}
        elif dialect.format == "json_schema":
            schema = {"name": "product_tags", "strict": True, "schema": answer_schema()}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body


def _completions(address: str) -> str:
    base = address.rstrip("/").removesuffix("/chat/completions")
    try:
        url = httpx.URL(base)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise BadInput(
            f"{address} is no address of a server",
            remedy="write it up to the version: http://localhost:11434/v1",
        )
    return f"{base}/chat/completions"


def _as_sent(message: Message) -> dict[str, Any]:
    if not message.picture:
        return {"role": message.role, "content": message.text}
    data = base64.b64encode(message.picture).decode()
    return {
        "role": message.role,
        "content": [
            {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}},
            {"type": "text", "text": message.text},
        ],
    }


def _answer(body: bytes) -> Answer:
    """What a server of this kind says; anything else is an answer without text."""
    try:
        given = json.loads(body)
        choice = given["choices"][0]
        said, usage = choice["message"], given.get("usage") or {}
        return Answer(
            # Half a character, as of a cut emoji, could not be sent back to be corrected.
            text=str(said.get("content") or "").encode("utf-8", "replace").decode("utf-8"),
            # A negative count would put money back into the purse.
            tokens_in=max(0, int(usage.get("prompt_tokens") or 0)),
            tokens_out=max(0, int(usage.get("completion_tokens") or 0)),
            cut=choice.get("finish_reason") == "length",
            refused=bool(said.get("refusal")) or choice.get("finish_reason") == "content_filter",
        )
    except (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return Answer("")


def _no_access(url: str, status: int, body: bytes, model: str) -> TaggerUnavailable:
    remedy = {
        401: "set the key in SHOPLENS_TAGGER_KEY",
        403: "set a key that may use this model in SHOPLENS_TAGGER_KEY",
        402: "the account has no money left",
        404: f"check that the address ends with the version (/v1) and the server has {model}",
    }.get(status, "check the address")
    said = _line(body.decode(errors="replace"))
    return TaggerUnavailable(f"{url} answers with status {status}: {said}", remedy=remedy)


def _seconds(retry_after: str) -> float:
    """Retry-After in seconds; its other form, a date, counts as "no word"."""
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        return 0.0


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200] or "nothing"
