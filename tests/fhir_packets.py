"""Validates exported packets as FHIR R4 resources with `fhir.resources` from PyPI.

    pip install fhir.resources
    mkdir out && GYEOT_FHIR_OUT=$PWD/out cargo nextest run --no-default-features --test rules two_hundred_packets
    python tests/fhir_packets.py out

The package's own models are R5; its R4B models are those of R4 for every resource that a packet has. Besides the models it is
checked that every reference of the document leads to an entry of the same Bundle, as R4 asks of a document. Ends with 1 where
anything is wrong.
"""

import json
import pathlib
import sys

from fhir.resources.R4B.bundle import Bundle


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "reference" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def faults(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    try:
        bundle = Bundle.model_validate(document)
    except Exception as error:  # every kind of refusal is a fault of the file
        return [str(error)]
    found = []
    if bundle.type != "document" or bundle.identifier is None or bundle.timestamp is None:
        found.append("a document has an identifier and a time")
    if not bundle.entry or bundle.entry[0].resource.__resource_type__ != "Composition":
        found.append("the first entry of a document is its Composition")
    there = {entry.fullUrl for entry in bundle.entry}
    if len(there) != len(bundle.entry):
        found.append("an entry has a fullUrl of its own")
    found += [f"{r} leads nowhere" for r in references(document) if not r.startswith("#") and r not in there]
    return found


def main():
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.json"))
    wrong = 0
    for path in files:
        for fault in faults(path):
            wrong += 1
            print(f"{path.name}: {fault}")
    print(f"{len(files)} documents, {wrong} errors")
    sys.exit(1 if wrong or not files else 0)


main()
