"""EDF, EDF+, BDF and BDF+: a strict parser of our own, samples at their native rate."""
