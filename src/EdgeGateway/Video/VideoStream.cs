using System.Threading.Channels;
using EdgeGateway.Containment;
using EdgeGateway.Devices;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Video;

/// <summary>Records one camera for as long as it is registered: begins again when its stream is lost, with a growing wait, and seals each segment as it closes.</summary>
sealed class VideoStream(
    Device device, StreamFolder folder, SegmentSealing sealing, FileLedger ledger, VideoOptions options, IDevicePresence presence, TimeProvider time, VideoEvents events)
{
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    readonly Uri _stream = new(device.Stream!);
    readonly long _segmentBytes = device.Profile.MatchFormat(Profiles.PayloadFormat.Segment)!.MaximumBytes;
    long _heard;
    bool _isThere;

    /// <summary>Returns when the token is set. An exception of the sealer is not caught: a gateway that can't seal must stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var wait = FirstWait;
        while (true)
        {
            var began = time.GetTimestamp();
            try
            {
                // What a crash or the last run left behind comes first; without room for it nothing more is recorded.
                foreach (var path in folder.Left()) await SealAsync(new Segment(path, File.GetLastWriteTimeUtc(path), null), stopping);
                folder.Clean();
                await RecordAsync(stopping);
            }
            catch (IOException e)
            {
                events.Lost(device.Id, e.Message);
            }

            if (_isThere) presence.Ended(device, ConnectionEnd.Lost);
            if (_isThere) wait = FirstWait;
            _isThere = false;
            stopping.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(began) < wait) await Task.Delay(wait, time, stopping);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    async Task RecordAsync(CancellationToken stopping)
    {
        if (Sandbox.Missing is { } missing) throw new IOException($"Streams are recorded in a container only: {missing} (Debian: apt-get install bubblewrap).");
        if (!ledger.HasRoomFor(_segmentBytes)) throw new IOException("There is no room for a segment: free disk space.");
        var camera = await VideoAddress.ResolveAsync(_stream, options.Allowed, stopping);
        var credential = VideoSecrets.Read(options, device.Id);
        var run = folder.Begin(time.GetUtcNow());
        using var relay = new RtspRelay(camera, time);
        var script = StreamScript.Of(relay.Port, _stream, credential);
        using var recording = new StreamRecording(device.Profile.Video!, script, VideoSecrets.Forms(credential), run, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var closed = Channel.CreateUnbounded<Segment>();
        Volatile.Write(ref _heard, time.GetTimestamp());
        var outcomes = SealAllAsync(closed.Reader, stopping);
        var watching = WatchAsync(run, closed.Reader, ending);
        var relaying = relay.RunAsync(ending.Token);
        try
        {
            await recording.RunAsync(
                segment =>
                {
                    Volatile.Write(ref _heard, time.GetTimestamp());
                    closed.Writer.TryWrite(segment);
                },
                ending.Token);
        }
        finally
        {
            closed.Writer.Complete();
            await ending.CancelAsync();
            await relaying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await watching;
            await outcomes;
        }

        // Of the two that ended, the relay knows why, unless it was ffmpeg.
        if (relaying.Exception?.InnerException is IOException refused) throw refused;

        // The relay's own address is another each time, and means nothing to whoever reads the log.
        var said = recording.Said.Replace($"127.0.0.1:{relay.Port}", camera.ToString(), StringComparison.Ordinal);
        if (!stopping.IsCancellationRequested) throw new IOException(said.Length > 0 ? $"ffmpeg: {said}." : "The stream ended.");
    }

    async Task SealAllAsync(ChannelReader<Segment> closed, CancellationToken stopping)
    {
        await foreach (var segment in closed.ReadAllAsync(CancellationToken.None))
        {
            await SealAsync(segment, stopping);
            if (_isThere) continue;
            _isThere = true;
            presence.Connected(device, tookOver: false);
            events.Recorded(device.Id);
        }
    }

    /// <summary>Waits until it is sealed. At a stop what is not stays, and is sealed at the next start.</summary>
    async Task SealAsync(Segment segment, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (await sealing.SealAsync(device, segment, CancellationToken.None) is { } bytes)
            {
                events.Sealed(device.Id, bytes);
                return;
            }

            events.NotSealed(device.Id);
            await Task.Delay(Look, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends a recording that gives nothing, or more than there may be.</summary>
    async Task WatchAsync(string run, ChannelReader<Segment> closed, CancellationTokenSource ending)
    {
        var longest = device.Profile.Video!.Segment * 3 + TimeSpan.FromSeconds(10);
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                var reason = time.GetElapsedTime(Volatile.Read(ref _heard)) > longest ? $"nothing was recorded for {longest.TotalSeconds} s"
                    : closed.Count > options.MaximumWaiting ? $"more than {options.MaximumWaiting} segments wait to be sealed"
                    : Directory.EnumerateFiles(run).Any(file => new FileInfo(file) is { Exists: true } found && found.Length > _segmentBytes) ? $"a segment has more than {_segmentBytes} bytes"
                    : null;
                if (reason is null) continue;
                events.Ended(device.Id, reason);
                await ending.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The recording is over.
        }
    }
}
