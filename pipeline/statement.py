"""What every report says of itself, whatever it found."""

from __future__ import annotations

RESEARCH_USE = "Research use only. Not a medical device."
VERIFY = "Every automatically scored event must be verified by a qualified person."
STATEMENT = (
    "Association, not proof: an arousal may have caused both the jerk and the later sleep.",
    "N1 is the stage on which human scorers agree least (kappa 0.24, doi 10.5664/jcsm.9538).",
    "No reference range exists for candidate sleep starts.",
    "One night seldom holds enough jerks to estimate how much they delay deeper sleep.",
    RESEARCH_USE,
    VERIFY,
)
