using EdgeGateway.Devices.Mqtt.Brokers;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt.Brokers;

public sealed class GuardedStreamTests
{
    const int Maximum = 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task What_is_within_bounds_passes_as_it_is_however_it_is_read(int piece)
    {
        byte[] sent = [.. Publish(10), 0x20, 3, 0, 0, 0, .. Publish(700), 0xD0, 0, .. Publish(0)];
        using var stream = new GuardedStream(new MemoryStream(sent), Maximum, new InFlight(10, 10_000));

        var got = new List<byte>();
        var buffer = new byte[piece];
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;) got.AddRange(buffer[..read]);

        Assert.Equal(sent, got);
    }

    [Fact]
    public async Task A_packet_that_is_longer_than_announced_ends_it_before_a_byte_of_its_body_is_read()
    {
        var inner = new MemoryStream([.. Publish(10), .. Publish(Maximum)]);
        using var stream = new GuardedStream(inner, Maximum, new InFlight(10, 10_000));

        var fault = await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(stream));

        Assert.Contains("1000 are taken", fault.Message, StringComparison.Ordinal);
        Assert.Equal(Publish(10).Length + 3, inner.Position);
    }

    [Fact]
    public async Task A_length_that_never_ends_is_no_packet()
    {
        using var stream = new GuardedStream(new MemoryStream([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]), Maximum, new InFlight(10, 10_000));

        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(stream));
    }

    [Theory]
    [InlineData(3, 10_000)]
    [InlineData(100, 40)]
    public async Task Messages_wait_while_too_many_of_them_or_too_many_bytes_are_not_settled(int messages, long bytes)
    {
        var inFlight = new InFlight(messages, bytes);
        var inner = new MemoryStream([.. Enumerable.Repeat(Publish(8), 10).SelectMany(packet => packet)]);
        using var stream = new GuardedStream(inner, Maximum, inFlight);
        var reading = ReadAllAsync(stream);

        // Three messages of 13 bytes fit, and of the fourth its header was read.
        Assert.False(reading.IsCompleted);
        Assert.Equal((3 * Publish(8).Length) + 2, inner.Position);
        inFlight.Leave();
        for (var n = 0; n < 10; n++) inFlight.Leave();

        // Each that leaves lets one more in; those that left before anything came count for nothing.
        while (!reading.IsCompleted)
        {
            inFlight.Leave();
            await Task.Yield();
        }

        Assert.Equal(10 * Publish(8).Length, await reading);
    }

    [Fact]
    public async Task One_message_larger_than_all_the_room_is_let_in_alone()
    {
        using var stream = new GuardedStream(new MemoryStream(Publish(700)), Maximum, new InFlight(10, 100));

        Assert.Equal(Publish(700).Length, await ReadAllAsync(stream));
    }

    [Fact]
    public async Task Noise_of_any_kind_ends_or_passes_but_is_never_more_than_came()
    {
        var random = new Random(2611);
        for (var n = 0; n < 10_000; n++)
        {
            var noise = new byte[random.Next(1, 64)];
            random.NextBytes(noise);
            using var stream = new GuardedStream(new MemoryStream(noise), Maximum, new InFlight(1000, long.MaxValue));
            try
            {
                Assert.Equal(noise.Length, await ReadAllAsync(stream));
            }
            catch (IOException)
            {
                // Too long, or no packet.
            }
        }
    }

    static byte[] Publish(int payload) => MqttPackets.Publish("t", new byte[payload], qos: 0);

    static async Task<int> ReadAllAsync(Stream stream)
    {
        var total = 0;
        var buffer = new byte[64];
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;) total += read;
        return total;
    }
}
