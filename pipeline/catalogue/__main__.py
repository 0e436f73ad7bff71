"""``python -m pipeline.catalogue > docs/schema.md``: write the page of the schema anew."""

import sys

from pipeline.catalogue.schema_document import schema_document

sys.stdout.write(schema_document())
