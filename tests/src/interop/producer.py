"""Publishes TrainRequested as any Python program would: the stock AvroSerializer, its own schema, no headers of ours.

    producer.py --registry http://127.0.0.1:8080/schemas --brokers 127.0.0.1:9092 --event '{"dataset": {"uri": "file:///a.csv"}}'

Without --brokers it prints the value in base64 instead of publishing it.
"""

import argparse
import base64
import json

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient, topic_record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

# Fewer fields than the platform's own schema, and narrower types: what a user writes down who needs no more.
SCHEMA = {
    "type": "record",
    "namespace": "io.trainyard.training",
    "name": "TrainRequested",
    "fields": [
        {"name": "jobId", "type": ["null", "string"], "default": None},
        {"name": "name", "type": ["null", "string"], "default": None},
        {
            "name": "dataset",
            "type": {
                "type": "record",
                "namespace": "io.trainyard.types",
                "name": "DatasetReference",
                "fields": [
                    {"name": "uri", "type": "string"},
                    {"name": "target", "type": ["null", "string"], "default": None},
                ],
            },
        },
        {"name": "model", "type": "string", "default": "auto"},
        {"name": "params", "type": {"type": "map", "values": ["double", "string", "boolean"]}, "default": {}},
        {"name": "seed", "type": "int", "default": 7},
    ],
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--registry", required=True)
    arguments.add_argument("--event", required=True, type=json.loads, help="TrainRequested as JSON")
    arguments.add_argument("--brokers")
    arguments.add_argument("--topic", default="training.commands")
    arguments.add_argument("--key", default="")
    arguments.add_argument("--record-subject", action="store_true", help="subject <topic>-<record> instead of <topic>-value")
    options = arguments.parse_args()

    strategy = {"subject.name.strategy": topic_record_subject_name_strategy} if options.record_subject else {}
    registry = SchemaRegistryClient({"url": options.registry})
    serialize = AvroSerializer(registry, json.dumps(SCHEMA), conf=strategy)
    value = serialize(options.event, SerializationContext(options.topic, MessageField.VALUE))
    if not options.brokers:
        print(base64.b64encode(value).decode())
        return
    failed = []
    producer = Producer({"bootstrap.servers": options.brokers})
    producer.produce(options.topic, key=options.key or None, value=value, on_delivery=lambda error, _: failed.append(error))
    producer.flush(30)
    if failed != [None]:
        raise SystemExit(f"not delivered: {failed}")


if __name__ == "__main__":
    main()
