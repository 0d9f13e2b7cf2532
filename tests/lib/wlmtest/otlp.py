"""Lines of WLMSpans: what the protocol says a line must be (opentelemetry-proto, trace.proto and its JSON encoding)."""
import json
import re

INT64 = re.compile(r"0|[1-9]\d{0,18}")

# what must be there, and what may be
SPAN = {"traceId", "spanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "events",
        "droppedEventsCount", "status"}
OPTIONAL = {"parentSpanId"}


def is_id(text, digits):
    return re.fullmatch(f"[0-9a-f]{{{digits}}}", text) and text.strip("0")


def attributes(rows):
    """The values by their keys, when each is an attribute."""
    values = {}
    for row in rows:
        assert set(row) == {"key", "value"} and row["key"] and row["key"] not in values, row
        (kind, value), = row["value"].items()
        assert isinstance(value, str) and kind in ("stringValue", "intValue"), row
        values[row["key"]] = int(value) if kind == "intValue" and INT64.fullmatch(value) else value
        assert kind == "stringValue" or isinstance(values[row["key"]], int), row
    return values


class Span:
    """The only span of a line."""

    def __init__(self, line):
        document = json.loads(line)
        assert set(document) == {"resourceSpans"}
        resource, = document["resourceSpans"]
        assert set(resource) == {"resource", "scopeSpans"} and set(resource["resource"]) == {"attributes"}
        scope, = resource["scopeSpans"]
        assert set(scope) == {"scope", "spans"} and set(scope["scope"]) == {"name", "version"}
        span, = scope["spans"]
        assert SPAN <= set(span) <= SPAN | OPTIONAL, set(span) ^ SPAN
        self._check(span)
        self.trace, self.id, self.parent = span["traceId"], span["spanId"], span.get("parentSpanId")
        self.name, self.failed, self.dropped = span["name"], span["status"] == {"code": 2}, span["droppedEventsCount"]
        self.begun, self.ended = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
        self.resource = attributes(resource["resource"]["attributes"])
        self.attributes = attributes(span["attributes"])
        self.events = [(event["name"], int(event["timeUnixNano"]), attributes(event["attributes"])) for event in span["events"]]
        assert self.begun <= self.ended and all(self.begun <= at <= self.ended for _, at, _ in self.events)

    @staticmethod
    def _check(span):
        assert is_id(span["traceId"], 32) and is_id(span["spanId"], 16), span
        assert "parentSpanId" not in span or is_id(span["parentSpanId"], 16), span
        assert span["name"] and span["kind"] == 2, span
        assert span["status"] in ({}, {"code": 2}), span
        assert INT64.fullmatch(span["startTimeUnixNano"]) and INT64.fullmatch(span["endTimeUnixNano"]), span
        assert isinstance(span["droppedEventsCount"], int), span
        for event in span["events"]:
            assert set(event) == {"timeUnixNano", "name", "attributes"} and INT64.fullmatch(event["timeUnixNano"]), event

    def names(self):
        return [name for name, _, _ in self.events]
