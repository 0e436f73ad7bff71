"""``python -m pipeline.codes > docs/codes.md``: write the page of all codes anew."""

import sys

from pipeline.codes.document import codes_document

sys.stdout.write(codes_document())
