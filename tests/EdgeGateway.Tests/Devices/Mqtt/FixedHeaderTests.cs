using System.Buffers;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Tests.Support;
using MQTTnet.Protocol;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class FixedHeaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(2_097_151)]
    [InlineData(2_097_152)]
    [InlineData(268_435_455)]
    public void A_length_is_read_whole_or_not_at_all(int length)
    {
        byte[] bytes = [0x32, .. MqttPackets.Length(length)];
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            Assert.Equal(FixedHeaderStatus.Incomplete, FixedHeader.TryRead(new ReadOnlySequence<byte>(bytes, 0, cut), out _));
        }

        Assert.Equal(FixedHeaderStatus.Complete, FixedHeader.TryRead(new ReadOnlySequence<byte>([.. bytes, 0xFF, 0xFF]), out var header));
        Assert.Equal(
            (MqttControlPacketType.Publish, 2, bytes.Length, length), (header.Type, header.Flags, header.Length, header.RemainingLength));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(268_435_455)]
    public void A_length_in_pieces_is_read_as_one(int length)
    {
        byte[] bytes = [0x32, .. MqttPackets.Length(length)];
        Assert.Equal(FixedHeaderStatus.Complete, FixedHeader.TryRead(MqttPieces.Of(bytes, 1), out var header));
        Assert.Equal(length, header.RemainingLength);
    }

    [Fact]
    public void A_fourth_length_byte_that_goes_on_is_malformed()
    {
        byte[] bytes = [0x32, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
        for (var cut = 0; cut < 5; cut++)
        {
            Assert.Equal(FixedHeaderStatus.Incomplete, FixedHeader.TryRead(new ReadOnlySequence<byte>(bytes, 0, cut), out _));
        }

        Assert.Equal(FixedHeaderStatus.Malformed, FixedHeader.TryRead(new ReadOnlySequence<byte>(bytes, 0, 5), out _));
        Assert.Equal(FixedHeaderStatus.Malformed, FixedHeader.TryRead(MqttPieces.Of(bytes, 2), out _));
    }

    [Theory]
    [InlineData(0x10, true)]
    [InlineData(0x11, false)]
    [InlineData(0x3F, true)]
    [InlineData(0x82, true)]
    [InlineData(0x80, false)]
    [InlineData(0x62, true)]
    [InlineData(0x60, false)]
    [InlineData(0x20, false)]
    [InlineData(0x90, false)]
    [InlineData(0xD0, false)]
    [InlineData(0xC0, true)]
    [InlineData(0x00, false)]
    [InlineData(0xF0, true)]
    public void Only_a_clients_packets_with_their_flags_are_from_a_client(byte first, bool isFromClient) =>
        Assert.Equal(isFromClient, new FixedHeader(first, 2, 0).IsFromClient);
}
