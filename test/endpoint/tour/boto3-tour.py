"""Runs a tour with boto3: steps as JSON on standard input, one outcome per line on standard output."""
import base64
import json
import sys
from decimal import Decimal

import boto3
import botocore.exceptions
from boto3.dynamodb.conditions import Key
from boto3.dynamodb.types import Binary
from botocore import xform_name
from botocore.config import Config

ENDPOINT, KIND = sys.argv[1:3]
OPTIONS = {
    "endpoint_url": ENDPOINT,
    "region_name": "us-east-1",
    # No retries: every step is one request, whatever comes back.
    "config": Config(retries={"total_max_attempts": 1}, connect_timeout=20, read_timeout=60),
}


def to_boto(value):
    """Parameters of the wire as boto3 takes them: binary as bytes."""
    if isinstance(value, list):
        return [to_boto(each) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"B"}:
        return {"B": base64.b64decode(value["B"])}
    if set(value) == {"BS"}:
        return {"BS": [base64.b64decode(each) for each in value["BS"]]}
    return {name: to_boto(each) for name, each in value.items()}


def to_json(value):
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, Binary):
        return {"$bytes": base64.b64encode(value.value).decode()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, (set, frozenset)):
        return {"$set": sorted((to_json(each) for each in value), key=json.dumps)}
    if isinstance(value, list):
        return [to_json(each) for each in value]
    if isinstance(value, dict):
        return {name: to_json(each) for name, each in value.items() if name != "ResponseMetadata"}
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def outcome(call):
    try:
        return {"answer": to_json(call())}
    except botocore.exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": error.response["Error"]["Code"], "status": status, "answer": to_json(error.response)}


def tour_of_client():
    client = boto3.client("dynamodb", **OPTIONS)
    for step in json.load(sys.stdin):
        method = getattr(client, xform_name(step["verb"]))
        yield outcome(lambda: method(**to_boto(step["input"])))


def tour_of_documents():
    """The same protocol as most Python programs use it: plain values, which boto3 turns into DynamoDB's and back."""
    resource = boto3.resource("dynamodb", **OPTIONS)
    table = resource.create_table(
        TableName="documents",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    document = {
        "id": "d1",
        "exact": Decimal("12345678901234567890123456789012345678"),
        "tags": {"a", "b"},
        "bytes": b"\x00\xff",
        "nested": {"list": [1, None, True, {"deep": Decimal("-0.5")}], "empty": {}},
    }
    yield outcome(lambda: table.put_item(Item=document))
    yield outcome(lambda: table.get_item(Key={"id": "d1"}))
    with table.batch_writer() as batch:
        for i in range(60):
            batch.put_item(Item={"id": f"b{i}", "i": i})
    yield outcome(lambda: table.query(KeyConditionExpression=Key("id").eq("b7")))
    yield outcome(lambda: sorted(int(item["i"]) for item in table.scan()["Items"] if "i" in item))
    yield outcome(lambda: table.get_item(Key={"wrong": 1}))
    yield outcome(lambda: table.delete())


for each in tour_of_documents() if KIND == "documents" else tour_of_client():
    print(json.dumps(each), flush=True)
