#!/usr/bin/env python3
"""Holds reports to docs/report.schema.json: check_schema.py DOCS REPORT.json..."""

import copy
import json
import sys

try:
    import jsonschema
except ImportError:
    print("SKIPPED: python3-jsonschema is not installed; the JSON report was not held to its schema")
    sys.exit(77)


def main():
    docs, *reports = sys.argv[1:]
    with open(docs + "/report.schema.json", encoding="utf-8") as f:
        schema = json.load(f)
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    checker = kind(schema)
    failed = 0
    for path in reports:
        with open(path, encoding="utf-8") as f:
            report = json.load(f)
        for error in checker.iter_errors(report):
            print("%s: %s: %s" % (path, "/".join(map(str, error.absolute_path)), error.message))
            failed += 1
        # The check must be able to fail: a member too many, and one too few, anywhere.
        for member in report:
            less, more = copy.deepcopy(report), copy.deepcopy(report)
            del less[member]
            more["surplus_" + member] = 1
            if checker.is_valid(less) or checker.is_valid(more):
                print("%s: the schema does not insist on %s" % (path, member))
                failed += 1
    print("%d reports, %d errors" % (len(reports), failed))
    return 1 if failed else 0


sys.exit(main())
