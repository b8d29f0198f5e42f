using System.Text;
using System.Text.Json;
using EdgeGateway.Capture;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Capture;

public sealed class CaptureReplayTests
{
    static readonly CapturedMessage Message = new(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero), "cam-01", "edgegw/v1/cam-01/event/capture", "{\"eventId\":\"e-1\"}"u8.ToArray());

    [Fact]
    public void A_message_comes_back_as_it_was_kept()
    {
        var again = CapturedMessage.Parse(Encoding.UTF8.GetString(Message.ToLine()).TrimEnd('\n'));

        Assert.Equal((Message.At, Message.Device, Message.Topic), (again.At, again.Device, again.Topic));
        Assert.Equal(Message.Payload.ToArray(), again.Payload.ToArray());
    }

    [Fact]
    public void A_line_cut_at_any_byte_or_with_any_bit_flipped_is_refused_or_another_message_and_nothing_else()
    {
        var line = Message.ToLine()[..^1];
        for (var length = 0; length < line.Length; length++) Assert.ThrowsAny<JsonException>(() => CapturedMessage.Parse(Encoding.UTF8.GetString(line.AsSpan(0, length))));
        for (var bit = 0; bit < line.Length * 8; bit++)
        {
            var flipped = line.ToArray();
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            try
            {
                CapturedMessage.Parse(Encoding.UTF8.GetString(flipped));
            }
            catch (JsonException)
            {
                // What most flips make of it.
            }
        }
    }

    [Theory]
    [InlineData("""{"at":"2026-11-20T00:00:00.000000Z","device":"cam-01","topic":"t"}""", "payload")]
    [InlineData("""{"at":"2026-11-20T00:00:00.000000Z","device":"cam-01","topic":"t","payload":"*"}""", "base64")]
    [InlineData("""{"at":"yesterday","device":"cam-01","topic":"t","payload":""}""", "'at'")]
    [InlineData("""{"at":"2026-11-20T00:00:00.000000Z","device":"cam-01","topic":"t","payload":"","qos":1}""", "qos")]
    public void What_is_wrong_with_a_line_is_named(string line, string named) =>
        Assert.Contains(named, Assert.ThrowsAny<JsonException>(() => CapturedMessage.Parse(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void Ten_thousand_random_captures_end_in_pieces_or_in_a_format_exception() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(20261126);
        var (camera, analyser) = (Profile("camera-mqtt"), Profile("hj212-serial"));
        for (var n = 0; n < inputs; n++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (n % 2 == 0) bytes = [.. "##0087QN=2016"u8, .. bytes];
            using var file = new MemoryStream(bytes);
            var pieces = CaptureReplay.Run(analyser, file).ToList();
            Assert.Equal(bytes.Length, pieces.Sum(piece => piece.Bytes));
            file.Position = 0;
            if (bytes.Length > 0) Assert.Throws<FormatException>(() => CaptureReplay.Run(camera, file).ToList());
        }
    }

    [Fact]
    public void Two_lines_never_share_a_file()
    {
        Assert.NotEqual(WireCapture.NameOf("/dev/a/tty"), WireCapture.NameOf("/dev/b/tty"));
        Assert.Matches("^line-[A-Za-z0-9._-]+\\.bin$", WireCapture.NameOf("/dev/serial/by-id/usb 中/..\n"));
    }

    static DeviceProfile Profile(string id) => ProfileCatalog.ReadFile(Path.Combine(DocsFolder.Root, "device-profiles", $"{id}.yaml")).Profile!;
}
