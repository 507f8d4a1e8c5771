"""A mail world on one machine, for the demo and the end-to-end tests: a private Postfix, a server that
keeps what arrives byte for byte, a client that sends byte for byte, Candor's two daemons, a DKIM signer.

Everything lives in one temporary folder and on loopback ports picked free; everything that was started
is ended, by process id, when the world is left. Nothing outside the folder is written.
"""
