using System.Diagnostics;
using EdgeGateway.Simulators.Processes;

namespace EdgeGateway.Simulators.Hj212;

/// <summary>Two ptys joined by socat, under two links: what goes in at one comes out at the other. Both end with it.</summary>
sealed class PtyPair : IDisposable
{
    static readonly TimeSpan Appearance = TimeSpan.FromSeconds(5);

    readonly Process _socat;
    readonly string[] _links;
    readonly List<SerialLine> _held = [];

    PtyPair(Process socat, string[] links) => (_socat, _links) = (socat, links);

    /// <summary>Returns once both links are there. An older link of the same name is replaced, any other file is not.</summary>
    /// <exception cref="ProcessFailedException">socat is missing or made no links.</exception>
    /// <exception cref="IOException">A link's place is taken.</exception>
    public static async Task<PtyPair> OpenAsync(string linkA, string linkB, TimeProvider time, CancellationToken cancellationToken)
    {
        string[] links = [linkA, linkB];
        foreach (var link in links) PtyLink.MakeWay(link);
        var pair = new PtyPair(ChildProcess.Start("socat", links.Select(link => $"pty,raw,echo=0,link={link}")), links);
        try
        {
            await pair.WaitForLinksAsync(time, cancellationToken);
            // socat ends when the last user of a pty closes it: held open here, the pair outlives a restart of either side.
            foreach (var link in links) pair._held.Add(await SerialLine.OpenAsync(link, cancellationToken));
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    public Task WaitForEndAsync(CancellationToken cancellationToken) => _socat.WaitForExitAsync(cancellationToken);

    public void Dispose()
    {
        foreach (var line in _held) line.Dispose();
        if (!_socat.HasExited) _socat.Kill();
        _socat.WaitForExit();
        _socat.Dispose();
        foreach (var link in _links) PtyLink.Remove(link);
    }

    async Task WaitForLinksAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + Appearance;
        while (!_links.All(File.Exists))
        {
            if (_socat.HasExited)
            {
                throw new ProcessFailedException($"socat ended: {(await _socat.StandardError.ReadToEndAsync(cancellationToken)).Trim()}");
            }

            if (time.GetUtcNow() > deadline) throw new ProcessFailedException($"socat made no links within {Appearance.TotalSeconds} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }
}
