// Placeholder until the conformance server lands.
