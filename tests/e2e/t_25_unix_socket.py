"""The milter on a unix socket, as the shipped units have it."""
from lab import mail
from lab.candor import TRACKING_HOST, Candor
from lab.postfix import Postfix
from lab.sink import Sink


def test(world):
    world.sink = world.keep(Sink(world.folder / "arrived"))
    world.candor = world.keep(Candor(world.folder))
    world.candor.socket = f"unix:{world.folder}/milter.sock"
    world.candor.configure()
    world.candor.import_contacts()
    world.candor.start_milter()
    world.candor.start_tracker()
    # In production a group does this (see systemd/candor.tmpfiles); here Postfix is given the socket.
    (world.folder / "milter.sock").chmod(0o777)
    world.mta = world.keep(Postfix(world.folder / "postfix", world.sink.port, [world.candor.socket]))
    assert mail.tokens(world.deliver("ann@us.example").data, TRACKING_HOST, "c")
