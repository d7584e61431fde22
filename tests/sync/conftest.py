from tests.fake_network import channel, fake_network, make_channel

__all__ = ["channel", "fake_network", "make_channel"]
