using EdgeGateway.Capture;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Capture;

public sealed class ModbusReplayTests
{
    [Fact]
    public void Answers_are_told_with_their_values_and_what_is_between_them_as_noise()
    {
        byte[] bytes = [0, 0, .. ModbusText.Answer(1), .. ModbusText.Frame(2, 0x83, 4), 9, .. ModbusText.Answer(2, 444)];
        var pieces = Run(bytes);

        Assert.Equal(
            [ReplayVerdict.Noise, ReplayVerdict.Understood, ReplayVerdict.Unreadable, ReplayVerdict.Noise, ReplayVerdict.Understood],
            pieces.Select(piece => piece.Verdict));
        Assert.Equal([0, 2, 13, 18, 19], pieces.Select(piece => piece.At));
        Assert.Equal(["level", "total"], pieces[1].Values.Select(value => value.Key));
        Assert.Equal(("55.5", "44.4"), (pieces[1].Values[0].Value, pieces[4].Values[0].Value));
        Assert.Equal([KeyValuePair.Create("exception", "4")], pieces[2].Values);
    }

    [Fact]
    public void Every_byte_of_a_capture_is_told_once_wherever_its_answers_stand()
    {
        var random = new Random(20261127);
        for (var run = 0; run < 200; run++)
        {
            var bytes = new List<byte>();
            while (bytes.Count < 9000)
            {
                var noise = new byte[random.Next(1500)];
                random.NextBytes(noise);
                if (random.Next(2) == 0) bytes.AddRange(noise);
                bytes.AddRange(ModbusText.Answer(random.Next(1, 248)));
            }

            var pieces = Run([.. bytes]);
            var offset = 0L;
            foreach (var piece in pieces)
            {
                Assert.Equal(offset, piece.At);
                offset += piece.Bytes;
            }

            Assert.Equal(bytes.Count, offset);
        }
    }

    static List<ReplayedPiece> Run(byte[] bytes) => [.. CaptureReplay.Run(ModbusText.Level, new MemoryStream(bytes))];
}
