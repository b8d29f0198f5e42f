using EdgeGateway.Simulators.Hj212;

namespace EdgeGateway.Tests.Support;

/// <summary>The other end of a simulated analyser's line, which answers as HJ 212-2017 section 6.6 says.</summary>
static class SimHj212Host
{
    /// <summary>Takes frames until it has answered so many, after it ignored the first ones; returns all it took.</summary>
    public static Task<List<Hj212Frame>> AnswerAsync(SerialLine line, int answers, int ignore, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var buffer = new Hj212FrameBuffer();
            var bytes = new byte[1024];
            var taken = new List<Hj212Frame>();
            while (taken.Count < answers + ignore)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = line.Read(bytes, TimeSpan.FromMilliseconds(50));
                foreach (var frame in buffer.Append(bytes.AsSpan(0, count)))
                {
                    taken.Add(frame);
                    if (taken.Count > ignore) line.Write(Answer(frame), TimeSpan.FromSeconds(2));
                }
            }

            return taken;
        },
        cancellationToken);

    static byte[] Answer(Hj212Frame frame) => new Hj212Frame(
        [("QN", frame["QN"]!), ("ST", "91"), ("CN", "9014"), ("PW", frame["PW"]!), ("MN", frame["MN"]!), ("Flag", "4")], "").Encode();
}
