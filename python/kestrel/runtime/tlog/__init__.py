"""The signed log: Merkle tree, checkpoints, proofs, witnesses (RFC 9162; C2SP)."""
