"""XML from strangers, read safely: no entities, no DOCTYPE, no network, bounded size and depth.

What the elements mean is ``reading``'s concern.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import SpiffWorkflow.bpmn.parser
from lxml import etree

from engine.problems import Problem, Refused

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000

_SCHEMA = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema" / "BPMN20.xsd"


def read_xml(file: str, content: bytes) -> etree._Element:
    """The root element of a BPMN 2.0 file; raises ``Refused`` with a sentence for anything else."""
    if len(content) > MAX_BYTES:
        raise _refused(file, f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split the pathway in two.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(file, f"The file is not well-formed XML: {error}.") from None
    docinfo = root.getroottree().docinfo
    if docinfo.doctype or docinfo.internalDTD is not None:
        raise _refused(file, "The file has a DOCTYPE. Save it again from the diagram editor, without one.")
    for count, _ in enumerate(root.iter(), start=1):
        if count > MAX_ELEMENTS:
            raise _refused(file, f"The file has more than {MAX_ELEMENTS:,} elements. Split the pathway in two.")
    schema = _schema()
    if not schema.validate(root):
        first = schema.error_log[0]
        raise _refused(file, f"The file is not BPMN 2.0 (line {first.line}): {first.message}")
    return root


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_SCHEMA))


def _refused(file: str, message: str) -> Refused:
    return Refused([Problem(file, None, message)])
