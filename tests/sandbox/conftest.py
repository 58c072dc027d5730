from tests.sandbox.playing import sandbox, sandbox_server

__all__ = ["sandbox", "sandbox_server"]
