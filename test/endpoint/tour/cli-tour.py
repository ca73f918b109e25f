"""Runs a tour with the AWS command line, in one process so that it starts once: steps as JSON on standard input."""
import contextlib
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver
from botocore import xform_name

ENDPOINT = sys.argv[1]
driver = create_clidriver()


def outcome(step):
    arguments = ["dynamodb", xform_name(step["verb"], "-"), "--cli-input-json", json.dumps(step["input"])]
    common = ["--endpoint-url", ENDPOINT, "--region", "us-east-1", "--output", "json", "--no-paginate"]
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = driver.main(arguments + common)
    text = output.getvalue()
    return {"status": status, "answer": json.loads(text) if text.strip() else None, "error": errors.getvalue()}


for each in json.load(sys.stdin):
    print(json.dumps(outcome(each)), flush=True)
