"""A mail server for tests: python3 server.py FOLDER CERTIFICATE KEY MODE. It prints its port, and keeps each mail in FOLDER.

MODE is `starttls` (and a password), `tls` (from the start) or `plain`. Who the mail is for decides what happens:
busy@ 451, gone@ 550, stall@ no answer, late@ 451 on the first try of a mail and then 250.
"""
import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, certificate, key, mode = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
seen = set()


class Handler:
    number = 0

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            name = address.split("@")[0]
            if name == "busy":
                return "451 4.3.0 come back later"
            if name == "gone":
                return "550 5.1.1 no such user"
            if name == "stall":
                await asyncio.sleep(600)
            if name == "late" and address not in seen:
                seen.add(address)
                return "451 4.3.0 greylisted"
        Handler.number += 1
        draft = folder / f".{Handler.number}"
        draft.write_bytes(envelope.original_content)
        (folder / f"{Handler.number}.to").write_text(" ".join(envelope.rcpt_tos))
        draft.rename(folder / f"{Handler.number}.eml")
        return "250 2.0.0 kept"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == b"shop" and data.password == b"s3cr3t"
    return AuthResult(success=right, handled=False)


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    options = {"hostname": "localhost", "authenticator": authenticate}
    if mode == "starttls":
        options |= {"tls_context": context, "require_starttls": True, "auth_required": True}
    if mode == "tls":
        options |= {"auth_required": True, "auth_require_tls": False}
    make = lambda: SMTP(Handler(), **options)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    # It ends when whoever started it closes the pipe.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
