using System.Diagnostics;

namespace EdgeGateway.Tests.Support;

/// <summary>Two pseudo terminals joined by socat: a real serial line without hardware.</summary>
sealed class SocatPair : IDisposable
{
    readonly Process _socat;

    SocatPair(Process socat) => _socat = socat;

    /// <param name="gatewayEnd">Where the name of the end that the gateway opens is put.</param>
    public static async Task<SocatPair> StartAsync(string gatewayEnd, string deviceEnd)
    {
        // A killed socat leaves its links behind.
        File.Delete(gatewayEnd);
        File.Delete(deviceEnd);
        var start = new ProcessStartInfo("socat", ["-d", "-d", $"pty,raw,echo=0,link={gatewayEnd}", $"pty,raw,echo=0,link={deviceEnd}"])
        {
            RedirectStandardError = true,
        };
        var pair = new SocatPair(Process.Start(start) ?? throw new InvalidOperationException("socat did not start."));
        var deadline = SerialDeadline.Token;
        while (await pair._socat.StandardError.ReadLineAsync(deadline) is { } line)
        {
            if (!line.Contains("starting data transfer loop", StringComparison.Ordinal)) continue;
            _ = pair._socat.StandardError.ReadToEndAsync(CancellationToken.None);
            return pair;
        }

        throw new InvalidOperationException("socat ended before it joined its terminals.");
    }

    public void Dispose()
    {
        _socat.Kill();
        _socat.WaitForExit();
        _socat.Dispose();
    }
}
