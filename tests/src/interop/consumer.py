"""Reads events with the stock AvroDeserializer and prints one JSON object a line: topic, key, headers, value.

    consumer.py --registry http://127.0.0.1:8080/schemas --brokers 127.0.0.1:9092 --topics training.events --count 3

Without --brokers it reads values in base64 from the standard input, one a line. Dates are printed as ms since 1970.
"""

import argparse
import base64
import datetime
import json
import sys
import time
import uuid
from collections.abc import Iterator

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def milliseconds(value: object) -> int:
    if isinstance(value, datetime.datetime):
        return (value - EPOCH) // datetime.timedelta(milliseconds=1)
    raise TypeError(f"{type(value)} is no JSON")


def from_kafka(options: argparse.Namespace) -> Iterator[tuple]:
    """Everything on the topics from their beginning, until `count` messages came or the time is up."""
    settings = {
        "bootstrap.servers": options.brokers,
        "group.id": f"interop-{uuid.uuid4()}",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
    consumer = Consumer(settings)
    consumer.subscribe(options.topics)
    deadline = time.monotonic() + options.seconds
    count = 0
    while count < options.count and time.monotonic() < deadline:
        message = consumer.poll(0.2)
        if message is None:
            continue
        if message.error():
            raise SystemExit(str(message.error()))
        headers = {name: value.decode() for name, value in message.headers() or []}
        yield message.topic(), (message.key() or b"").decode(), headers, message.value()
        count += 1
    consumer.close()


def from_input() -> Iterator[tuple]:
    for line in sys.stdin:
        yield "stdin", "", {}, base64.b64decode(line)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--registry", required=True)
    arguments.add_argument("--brokers")
    arguments.add_argument("--topics", nargs="+", default=["training.events"])
    arguments.add_argument("--count", type=int, default=1)
    arguments.add_argument("--seconds", type=float, default=30)
    options = arguments.parse_args()

    deserialize = AvroDeserializer(SchemaRegistryClient({"url": options.registry}))
    for topic, key, headers, value in from_kafka(options) if options.brokers else from_input():
        event = deserialize(value, SerializationContext(topic, MessageField.VALUE))
        line = {"topic": topic, "key": key, "headers": headers, "value": event}
        print(json.dumps(line, default=milliseconds), flush=True)


if __name__ == "__main__":
    main()
